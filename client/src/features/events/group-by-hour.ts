// Events under their day and hour on the site's clock, in the order they come: newest first. Pure.
import { dayOf, hourOf } from "@/lib/site-time";

export type HourGroup<T> = { key: string; hour: number; items: T[] };
export type DayGroup<T> = { day: string; count: number; hours: HourGroup<T>[] };

export function groupByHour<T extends { timestamp: string }>(
  items: readonly T[],
  timeZone: string,
): DayGroup<T>[] {
  const days: DayGroup<T>[] = [];
  for (const item of items) {
    const day = dayOf(item.timestamp, timeZone);
    const hour = hourOf(item.timestamp, timeZone);
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
