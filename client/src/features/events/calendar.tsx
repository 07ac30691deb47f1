// A month whose days are as warm as they were busy, with the counts as text. Arrow keys walk the days.
import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { monthActivityQuery } from "@/api/timeline";
import { IconButton } from "@/components/button";
import { addDays } from "@/lib/site-time";
import { eventsTexts } from "@/lib/texts/events";
import { heatOf, weeksOf } from "./activity";

const HEAT = ["", "bg-accent/15", "bg-accent/30", "bg-accent/50", "bg-accent/75 text-on-accent"] as const;
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

type CalendarProps = {
  day: string | undefined;
  today: string;
  timeZone: string;
  camera: string | undefined;
  onChoose: (day: string) => void;
};

export function Calendar({ day, today, timeZone, camera, onChoose }: CalendarProps) {
  const [focus, setFocus] = useState(day ?? today);
  const month = focus.slice(0, 7);
  const { data: counted } = useQuery(monthActivityQuery(focus, timeZone, camera));
  const counts = new Map(counted?.map((one) => [one.day, one.alerts]));
  const most = Math.max(0, ...counts.values());
  const table = useRef<HTMLTableElement>(null);
  const walk = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = addDays(focus, step);
    if (next > today) return;
    setFocus(next);
    // Its month may have to be drawn first.
    requestAnimationFrame(() => table.current?.querySelector<HTMLElement>(`[data-day="${next}"]`)?.focus());
  };
  const turn = (by: 1 | -1) => {
    const next = by < 0 ? addDays(`${month}-01`, -1) : addDays(`${month}-01`, 32).replace(/\d\d$/, "01");
    setFocus(next > today ? today : next);
  };
  return (
    <div>
      <div className="flex items-center justify-between">
        <IconButton icon={ChevronLeft} label={eventsTexts.monthBefore} onClick={() => turn(-1)} />
        <h2 className="font-semibold" aria-live="polite">
          {monthName(month)}
        </h2>
        <IconButton
          icon={ChevronRight}
          label={eventsTexts.monthAfter}
          disabled={month >= today.slice(0, 7)}
          onClick={() => turn(1)}
        />
      </div>
      <table ref={table} className="w-full table-fixed text-center" onKeyDown={walk}>
        <caption className="sr-only">{eventsTexts.calendarHint}</caption>
        <thead>
          <tr>
            {weekdays().map((name) => (
              <th key={name} scope="col" className="py-1 font-normal text-muted text-xs">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month).map((week) => (
            <tr key={week.find((one) => one !== null)}>
              {week.map((one, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a week has seven places, whatever is in them.
                <td key={place} className="p-0.5">
                  {one && (
                    <button
                      type="button"
                      data-day={one}
                      tabIndex={one === focus ? 0 : -1}
                      disabled={one > today}
                      aria-pressed={one === day}
                      onFocus={() => setFocus(one)}
                      onClick={() => onChoose(one)}
                      className={`grid min-h-11 w-full place-content-center rounded-sm leading-4 hover:ring-2 hover:ring-edge disabled:opacity-40 aria-pressed:ring-2 aria-pressed:ring-accent-text ${HEAT[heatOf(counts.get(one) ?? 0, most)]} ${one === today ? "font-semibold underline underline-offset-2" : ""}`}
                    >
                      <span className="sr-only">
                        {eventsTexts.dayCount(longDay(one), counts.get(one) ?? 0)}
                      </span>
                      <span aria-hidden="true">{Number(one.slice(8))}</span>
                      <span aria-hidden="true" className="text-xs tabular-nums">
                        {counts.get(one) || "\u00a0"}
                      </span>
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const format = (options: Intl.DateTimeFormatOptions, day: string) =>
  new Intl.DateTimeFormat(undefined, { ...options, timeZone: "UTC" }).format(new Date(`${day}T12:00:00Z`));
const monthName = (month: string) => format({ month: "long", year: "numeric" }, `${month}-01`);
const longDay = (day: string) => format({ weekday: "long", day: "numeric", month: "long" }, day);
/** Monday to Sunday. */
const weekdays = () => [1, 2, 3, 4, 5, 6, 7].map((day) => format({ weekday: "short" }, `2024-01-0${day}`));
