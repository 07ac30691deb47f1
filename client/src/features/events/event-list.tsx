// The events under their days and hours. On a wide screen the hours stand in a column of their own, like a diary. Only what
// is on the screen or near it is in the page, at its exact place: thousands of events are as light as twenty.
import { type Ref, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import type { Alert } from "@/api/wire";
import { addDays, dayName } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { eventsTexts } from "@/lib/texts/events";
import { EventCard, type EventCardProps } from "./event-card";
import { blocksBetween, type HourBlock, type Layout, layOut, rowsBetween, topOf } from "./event-layout";
import { groupByHour } from "./group-by-hour";
import { type Span, useScreenSpan } from "./use-screen-span";

/** So many pictures are asked for before anything else on the page: about a screen. */
const EAGER = 8;
/** What sticks at the top and at the bottom of the window, which a card must not hide under. */
const TOP_BAR_PX = 136;
const BOTTOM_BAR_PX = 80;

/** `reveal` brings an event onto the screen and gives it the focus, wherever in the list it is. */
export type EventListHandle = { reveal: (id: string) => void };

type Shared = Pick<
  EventCardProps,
  "timeZone" | "search" | "onMark" | "onSelect" | "onMenu" | "selecting" | "onSwiped"
>;
type EventListProps = Shared & {
  handle: Ref<EventListHandle>;
  alerts: readonly Alert[];
  /** Whether the server has more than these. */
  more: boolean;
  cameraName: (id: string) => string;
  today: string;
  selected: ReadonlySet<string>;
  playing: string | null;
  /** Told when another day is being read. */
  onDay: (day: string) => void;
};

function dayTitle(day: string, today: string): string {
  if (day === today) return texts.time.today;
  if (day === addDays(today, -1)) return texts.time.yesterday;
  return dayName(day, today);
}

export function EventList({ handle, onDay, ...props }: EventListProps) {
  const { alerts, timeZone, today } = props;
  const box = useRef<HTMLDivElement>(null);
  const span = useScreenSpan(box);
  const days = useMemo(() => groupByHour(alerts, timeZone), [alerts, timeZone]);
  const { width, viewport } = span ?? { width: 0, viewport: 0 };
  const layout = useMemo(() => (width > 0 ? layOut(days, width, viewport) : null), [days, width, viewport]);
  const wanted = useWanted(box, layout, alerts, handle);
  useDayRead(box, layout, days[0]?.day, onDay);

  return (
    <div ref={box} className="relative" style={{ height: layout?.height ?? 0 }} data-testid="event-list">
      {layout &&
        span &&
        blocksBetween(layout, span.from, span.to).map((block) =>
          block.kind === "day" ? (
            <div
              key={block.key}
              className="absolute inset-x-0 flex items-baseline gap-3 pt-6"
              style={{ top: block.top }}
            >
              <h2 className="font-semibold text-base">{dayTitle(block.day, today)}</h2>
              <span className="text-muted">
                {eventsTexts.count(block.count, props.more && block.day === days.at(-1)?.day)}
              </span>
            </div>
          ) : (
            <Hour key={block.key} {...{ block, layout, span, wanted }} {...props} />
          ),
        )}
    </div>
  );
}

type HourProps = Omit<EventListProps, "handle" | "onDay"> & {
  block: HourBlock<Alert>;
  layout: Layout<Alert>;
  span: Span;
  wanted: string | null;
};

function Hour({
  block,
  layout,
  span,
  wanted,
  alerts,
  more,
  cameraName,
  today,
  selected,
  playing,
  ...card
}: HourProps) {
  const [firstRow, endRow] = rowsBetween(layout, block, span.from, span.to);
  const { columns, gap, cardHeight, head, label } = layout;
  const place = block.items.findIndex(({ id }) => id === wanted);
  // The event that is to have the focus is drawn even where the screen is not yet.
  const apart = place === -1 ? null : Math.floor(place / columns);
  const from = apart === null ? firstRow : Math.min(firstRow, apart);
  const to = apart === null ? endRow : Math.max(endRow, apart + 1);
  const items = block.items.slice(from * columns, to * columns);
  return (
    <section
      aria-label={eventsTexts.hourLabel(dayTitle(block.day, today), hourName(block.hour))}
      className="absolute inset-x-0"
      style={{ top: block.top, height: block.height }}
    >
      <h3 className="sticky top-32 py-2 text-muted tabular-nums max-lg:static lg:w-18 lg:border-line lg:border-t lg:pt-1.5 lg:whitespace-nowrap">
        {hourName(block.hour)}
      </h3>
      <ol
        className="-right-4 -left-4 absolute grid sm:right-0"
        style={{
          top: head + from * (cardHeight + gap),
          gap,
          gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          ...(span.viewport < 640 ? {} : { left: label }),
        }}
      >
        {items.map((alert, index) => {
          const position = block.first + from * columns + index;
          return (
            <li
              key={alert.id}
              aria-setsize={more ? -1 : alerts.length}
              aria-posinset={position + 1}
              style={{ height: cardHeight }}
              className="animate-enter"
            >
              <EventCard
                alert={alert}
                cameraName={cameraName(alert.camera_id)}
                eager={position < EAGER}
                selected={selected.has(alert.id)}
                playing={playing === alert.id}
                {...card}
              />
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** The event that is to have the focus: scrolled into sight at once, focused as soon as it is drawn. */
function useWanted(
  box: { current: HTMLElement | null },
  layout: Layout<Alert> | null,
  alerts: readonly Alert[],
  handle: Ref<EventListHandle>,
): string | null {
  const [wanted, setWanted] = useState<string | null>(null);
  useImperativeHandle(
    handle,
    () => ({
      reveal: (id) => {
        const top =
          layout === null
            ? undefined
            : topOf(
                layout,
                alerts.findIndex((alert) => alert.id === id),
              );
        if (layout === null || top === undefined || box.current === null) return;
        const at = box.current.getBoundingClientRect().top + top;
        const below = at + layout.cardHeight - (window.innerHeight - BOTTOM_BAR_PX);
        if (at < TOP_BAR_PX) window.scrollBy(0, at - TOP_BAR_PX);
        else if (below > 0) window.scrollBy(0, Math.min(below, at - TOP_BAR_PX));
        setWanted(id);
      },
    }),
    [box, layout, alerts],
  );
  useEffect(() => {
    if (wanted === null) return;
    const link = box.current?.querySelector<HTMLElement>(`[data-alert-id="${wanted}"] a`);
    if (!link) return;
    link.focus({ preventScroll: true });
    setWanted(null);
  });
  return wanted;
}

/** Says which day is being read: that of the card just below the bar at the top. */
function useDayRead(
  box: { current: HTMLElement | null },
  layout: Layout<Alert> | null,
  newest: string | undefined,
  onDay: (day: string) => void,
): void {
  useEffect(() => {
    if (layout === null) return;
    const say = () => {
      if (box.current === null) return;
      const y = TOP_BAR_PX - box.current.getBoundingClientRect().top;
      const block = layout.blocks.findLast((one) => one.top <= Math.max(y, 0));
      onDay(block?.day ?? newest ?? "");
    };
    say();
    window.addEventListener("scroll", say, { passive: true });
    return () => window.removeEventListener("scroll", say);
  }, [box, layout, newest, onDay]);
}

function hourName(hour: number): string {
  return new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", timeZone: "UTC" }).format(
    new Date(Date.UTC(2000, 0, 1, hour)),
  );
}
