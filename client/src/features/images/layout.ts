// Exact geometry of the gallery: every row's place is known before anything is drawn, so only rows near the screen are.
// Tiles have one fixed shape; a row is a day's title or as many tiles as fit. Pure.

export type Row =
  | { kind: "day"; day: string; count: number; top: number; height: number }
  /** Tiles `start` to `end` (exclusive) of the list. */
  | { kind: "tiles"; start: number; end: number; top: number; height: number };

export type Layout = { rows: Row[]; height: number; columns: number; tileWidth: number; tileHeight: number };

export const GAP = 4;
const DAY_HEIGHT = 52;
/** Height to width of a tile: the shape of a Pi camera's sensor. */
const SHAPE = 3 / 4;
const COMFORTABLE_TILE = 212;

export function columnsFor(width: number): number {
  return Math.max(3, Math.round(width / COMFORTABLE_TILE));
}

/** `days` holds the day of each item, in the list's order. */
export function layOut(days: readonly string[], width: number): Layout {
  const columns = columnsFor(width);
  const tileWidth = (width - GAP * (columns - 1)) / columns;
  const tileHeight = Math.round(tileWidth * SHAPE);
  const rows: Row[] = [];
  let top = 0;
  for (let start = 0; start < days.length; ) {
    const day = days[start] as string;
    let end = start;
    while (end < days.length && days[end] === day) end += 1;
    rows.push({ kind: "day", day, count: end - start, top, height: DAY_HEIGHT });
    top += DAY_HEIGHT;
    for (let first = start; first < end; first += columns) {
      rows.push({
        kind: "tiles",
        start: first,
        end: Math.min(first + columns, end),
        top,
        height: tileHeight,
      });
      top += tileHeight + GAP;
    }
    start = end;
  }
  return { rows, height: top, columns, tileWidth, tileHeight };
}

/** The rows that touch the span from `from` to `to` pixels, found by halving. */
export function rowsBetween(rows: readonly Row[], from: number, to: number): Row[] {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle] as Row;
    if (row.top + row.height < from) low = middle + 1;
    else high = middle;
  }
  const found: Row[] = [];
  for (let index = low; index < rows.length; index += 1) {
    const row = rows[index] as Row;
    if (row.top > to) break;
    found.push(row);
  }
  return found;
}
