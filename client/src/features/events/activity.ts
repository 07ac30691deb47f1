// The day's activity as the strip draws it: how many events in each five minutes between two instants. Pure.
export type Counted = { start: string; alerts: number };

export const BIN_MS = 5 * 60_000;

/** Counts by bin. A day has 288 bins, or 276 and 300 when the clocks change. */
export function binsOf(counted: readonly Counted[], from: string, to: string): number[] {
  const start = Date.parse(from);
  const bins = new Array<number>(Math.max(1, Math.round((Date.parse(to) - start) / BIN_MS))).fill(0);
  for (const { start: at, alerts } of counted) {
    const index = Math.floor((Date.parse(at) - start) / BIN_MS);
    if (index >= 0 && index < bins.length) bins[index] = (bins[index] ?? 0) + alerts;
  }
  return bins;
}

/** The bars as one path in a box of `bins.length` by `height`: one event is seen, many do not hide the few. */
export function barsPath(bins: readonly number[], height: number): string {
  const most = Math.max(1, ...bins);
  return bins
    .map((count, index) => {
      if (count === 0) return "";
      const tall = Math.max(height * 0.18, height * Math.sqrt(count / most));
      return `M${index} ${height}v${-tall.toFixed(1)}h1v${tall.toFixed(1)}z`;
    })
    .join("");
}

/** The next bin with something in it, in a direction; where there is none, the same bin. */
export function nextBusy(bins: readonly number[], from: number, by: 1 | -1): number {
  for (let index = from + by; index >= 0 && index < bins.length; index += by) {
    if ((bins[index] ?? 0) > 0) return index;
  }
  return from;
}

/** How warm a day of the calendar is, 0 to 4: a quarter of the busiest day for each step, and never cold with an event. */
export function heatOf(count: number, most: number): 0 | 1 | 2 | 3 | 4 {
  if (count <= 0 || most <= 0) return 0;
  return Math.min(4, Math.max(1, Math.ceil(4 * Math.sqrt(count / most)))) as 1 | 2 | 3 | 4;
}

/** The days of a month in weeks from Monday; null pads the first and the last week. */
export function weeksOf(month: string): (string | null)[][] {
  const first = new Date(`${month}-01T12:00:00Z`);
  const pad = (first.getUTCDay() + 6) % 7;
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const cells: (string | null)[] = new Array<null>(pad).fill(null);
  for (let day = 1; day <= length; day += 1) cells.push(`${month}-${String(day).padStart(2, "0")}`);
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}
