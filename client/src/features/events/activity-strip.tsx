// The day at a glance: a bar for each five minutes. A press, or Enter at the place that the arrow keys chose, goes there.
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useMemo, useState } from "react";
import { dayActivityQuery } from "@/api/timeline";
import { clockTime, dayRange } from "@/lib/site-time";
import { eventsTexts } from "@/lib/texts/events";
import { BIN_MS, barsPath, binsOf, nextBusy } from "./activity";

const HEIGHT = 36;
const HOUR_BINS = 12;

type ActivityStripProps = {
  day: string;
  dayTitle: string;
  timeZone: string;
  camera: string | undefined;
  /** Called with the end of the five minutes that were chosen. */
  onJump: (before: string) => void;
};

export function ActivityStrip({ day, dayTitle, timeZone, camera, onJump }: ActivityStripProps) {
  const { data: counted } = useQuery(dayActivityQuery(day, timeZone, camera));
  const { from, to } = useMemo(() => dayRange(day, timeZone), [day, timeZone]);
  const bins = useMemo(() => binsOf(counted ?? [], from, to), [counted, from, to]);
  const path = useMemo(() => barsPath(bins, HEIGHT), [bins]);
  const total = bins.reduce((sum, count) => sum + count, 0);
  const [chosen, setChosen] = useState<number | null>(null);
  const at = Math.min(chosen ?? bins.length - 1, bins.length - 1);
  const clock = (bin: number) => clockTime(new Date(Date.parse(from) + bin * BIN_MS), timeZone);
  const jump = (bin: number) => {
    setChosen(bin);
    onJump(new Date(Date.parse(from) + (bin + 1) * BIN_MS).toISOString());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? HOUR_BINS : 1;
    const moves: Record<string, () => number> = {
      ArrowLeft: () => at - step,
      ArrowRight: () => at + step,
      ArrowUp: () => nextBusy(bins, at, 1),
      ArrowDown: () => nextBusy(bins, at, -1),
      PageUp: () => at + HOUR_BINS,
      PageDown: () => at - HOUR_BINS,
      Home: () => 0,
      End: () => bins.length - 1,
    };
    const move = moves[event.key];
    if (move) setChosen(Math.min(Math.max(move(), 0), bins.length - 1));
    else if (event.key === "Enter" || event.key === " ") jump(at);
    else return;
    event.preventDefault();
  };
  return (
    <div className="mt-2">
      <div
        role="slider"
        tabIndex={0}
        aria-label={eventsTexts.activity(dayTitle, total)}
        aria-valuemin={0}
        aria-valuemax={bins.length - 1}
        aria-valuenow={at}
        aria-valuetext={eventsTexts.activityAt(clock(at), bins[at] ?? 0)}
        title={eventsTexts.activityHint}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const place = (event.clientX - box.left) / Math.max(1, box.width);
          jump(Math.min(Math.max(Math.floor(place * bins.length), 0), bins.length - 1));
        }}
        className="relative h-11 cursor-pointer rounded-sm border border-line bg-surface"
        data-testid="activity"
      >
        <svg
          aria-hidden="true"
          viewBox={`0 0 ${bins.length} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="absolute inset-x-0 bottom-0 h-9 w-full"
        >
          <path d={path} className="fill-accent-text" />
        </svg>
        {chosen !== null && (
          <span
            aria-hidden="true"
            className="absolute inset-y-0 w-0.5 bg-text"
            style={{ left: `${((at + 0.5) / bins.length) * 100}%` }}
          >
            <span
              className={`absolute top-0 whitespace-nowrap rounded-sm bg-raised px-1.5 text-xs tabular-nums ${
                at > bins.length / 2 ? "right-1.5" : "left-1.5"
              }`}
            >
              {eventsTexts.activityAt(clock(at), bins[at] ?? 0)}
            </span>
          </span>
        )}
      </div>
      <div aria-hidden="true" className="flex justify-between px-0.5 pt-0.5 text-muted text-xs tabular-nums">
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <span key={part}>{clock(part * bins.length)}</span>
        ))}
      </div>
    </div>
  );
}
