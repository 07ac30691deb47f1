// Events under their day and hour on the site's clock, in the order they come: newest first. Pure.
import { dayOf, hourOf } from "@/lib/site-time";

export type HourGroup<T> = { key: string; hour: number; items: T[] };
export type DayGroup<T> = { day: string; count: number; hours: HourGroup<T>[] };

/** Writing an instant on a zone's clock is dear, and events of the same five minutes stand in one day and hour of any zone. */
const kept = new Map<string, { day: string; hour: number }>();
const KEPT = 20_000;
const FIVE_MINUTES_MS = 300_000;

function placeOf(timestamp: string, timeZone: string): { day: string; hour: number } {
  const key = `${timeZone} ${Math.floor(Date.parse(timestamp) / FIVE_MINUTES_MS)}`;
  let place = kept.get(key);
  if (place === undefined) {
    if (kept.size >= KEPT) kept.clear();
    place = { day: dayOf(timestamp, timeZone), hour: hourOf(timestamp, timeZone) };
    kept.set(key, place);
  }
  return place;
}

export function groupByHour<T extends { timestamp: string }>(
  items: readonly T[],
  timeZone: string,
): DayGroup<T>[] {
  const days: DayGroup<T>[] = [];
  for (const item of items) {
    const { day, hour } = placeOf(item.timestamp, timeZone);
    let group = days.at(-1);
    if (group?.day !== day) {
      group = { day, count: 0, hours: [] };
      days.push(group);
    }
    let last = group.hours.at(-1);
    if (last?.hour !== hour) {
      // When the clocks go back an hour comes twice, one right after the other: they stand as one.
      last = { key: `${day} ${hour}`, hour, items: [] };
      group.hours.push(last);
    }
    last.items.push(item);
    group.count += 1;
  }
  return days;
}
