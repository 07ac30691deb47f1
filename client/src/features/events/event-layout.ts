// Where each event stands in the list, in pixels, before any of it is drawn: all cards are alike, so every offset is exact.
// Days hold hours, hours hold rows of cards. Only what is near the screen is put into the page. Pure.
import type { DayGroup } from "./group-by-hour";

export type DayBlock = { kind: "day"; key: string; top: number; height: number; day: string; count: number };
export type HourBlock<T> = {
  kind: "hour";
  key: string;
  top: number;
  height: number;
  day: string;
  hour: number;
  /** Place of its first event in the whole list. */
  first: number;
  items: readonly T[];
};
export type Block<T> = DayBlock | HourBlock<T>;
export type Layout<T> = {
  height: number;
  columns: number;
  gap: number;
  cardHeight: number;
  /** Of an hour: where its first row begins, below its name or beside it. */
  head: number;
  /** Width of the column that holds the hours' names; 0 where they stand above their cards. */
  label: number;
  blocks: readonly Block<T>[];
};

const CARD_MIN_PX = 264;
/** What stands below a card's picture: time, camera, buttons. */
const CARD_FOOT_PX = 60;
const DAY_PX = 60;
const LABEL_PX = 84;

/** `width` is the list's own; `viewport` decides, as in the style sheet, how it is arranged. */
export function layOut<T>(days: readonly DayGroup<T>[], width: number, viewport: number): Layout<T> {
  const phone = viewport < 640;
  const label = viewport >= 1024 ? LABEL_PX : 0;
  const head = label > 0 ? 10 : 36;
  const gap = phone ? 8 : 16;
  // On a phone the pictures run from edge to edge: the page's padding is theirs too.
  const room = Math.max(1, phone ? width + 32 : width - label);
  const columns = phone ? 1 : Math.max(1, Math.floor((room + gap) / (CARD_MIN_PX + gap)));
  const cardWidth = (room - gap * (columns - 1)) / columns;
  const cardHeight = Math.round((cardWidth * 9) / 16) + CARD_FOOT_PX;
  const blocks: Block<T>[] = [];
  let top = 0;
  let first = 0;
  for (const { day, count, hours } of days) {
    blocks.push({ kind: "day", key: day, top, height: DAY_PX, day, count });
    top += DAY_PX;
    for (const { key, hour, items } of hours) {
      const rows = Math.ceil(items.length / columns);
      const height = head + rows * (cardHeight + gap);
      blocks.push({ kind: "hour", key, top, height, day, hour, first, items });
      top += height;
      first += items.length;
    }
  }
  return { height: top, columns, gap, cardHeight, head, label, blocks };
}

/** The blocks that touch the span, with the name of the first one's day before them, so that no heading is missing. */
export function blocksBetween<T>({ blocks }: Layout<T>, from: number, to: number): Block<T>[] {
  let start = blockAt(blocks, from);
  const found: Block<T>[] = [];
  for (let index = start; index < blocks.length; index += 1) {
    const block = blocks[index];
    if (block === undefined || block.top > to) break;
    found.push(block);
  }
  while (start > 0 && blocks[start]?.kind === "hour") start -= 1;
  const day = blocks[start];
  return day !== undefined && !found.includes(day) ? [day, ...found] : found;
}

/** Rows of an hour that touch the span: the first, and the one after the last. */
export function rowsBetween<T>(
  layout: Layout<T>,
  block: HourBlock<T>,
  from: number,
  to: number,
): [number, number] {
  const rowHeight = layout.cardHeight + layout.gap;
  const rows = Math.ceil(block.items.length / layout.columns);
  const top = block.top + layout.head;
  const clamp = (row: number) => Math.min(Math.max(row, 0), rows);
  return [clamp(Math.floor((from - top) / rowHeight)), clamp(Math.ceil((to - top) / rowHeight))];
}

/** Where the card of the event at this place in the list begins; undefined when there is none. */
export function topOf<T>(layout: Layout<T>, index: number): number | undefined {
  const block = layout.blocks.findLast((one) => one.kind === "hour" && one.first <= index);
  if (block?.kind !== "hour" || index >= block.first + block.items.length || index < 0) return undefined;
  const row = Math.floor((index - block.first) / layout.columns);
  return block.top + layout.head + row * (layout.cardHeight + layout.gap);
}

/** The event whose row is at this height: what a person reads there. */
export function itemAt<T>(layout: Layout<T>, y: number): T | undefined {
  const index = blockAt(layout.blocks, y);
  const block = layout.blocks.slice(index).find((one) => one.kind === "hour");
  if (block?.kind !== "hour") return undefined;
  const [row] = rowsBetween(layout, block, y, y);
  return block.items[Math.min(row * layout.columns, block.items.length - 1)];
}

/** The last block that begins at or above a height. */
function blockAt<T>(blocks: readonly Block<T>[], y: number): number {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((blocks[middle]?.top ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}
