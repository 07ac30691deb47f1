// Exact geometry of the gallery: where every picture stands is known from the days' counts alone, before one of them is
// asked for. Tiles have one fixed shape. A section is a day, or an hour of a full day; nothing is kept for each row, so a
// million pictures are as cheap as a thousand. Pure; lengths in pixels, newest first, ordinals count from the newest.
import type { DayCount } from "@/api/gallery";

export type Section = {
  key: string;
  day: string;
  hour: number | null;
  count: number;
  /** Pictures of the whole day. */
  dayCount: number;
  /** Ordinal of its newest picture. */
  first: number;
  top: number;
  height: number;
  /** Whether its day begins here, with a title. */
  opensDay: boolean;
  titles: number;
};
export type Geometry = {
  sections: Section[];
  height: number;
  count: number;
  columns: number;
  tileHeight: number;
};
export type Row =
  | { kind: "day" | "hour"; key: string; section: Section; top: number; height: number }
  /** Tiles `start` to `end` (exclusive) of the section. */
  | { kind: "tiles"; key: string; section: Section; start: number; end: number; top: number; height: number };

export const GAP = 4;
const DAY_HEIGHT = 52;
const HOUR_HEIGHT = 36;
/** Height to width of a tile: the shape of a Pi camera's sensor. */
const SHAPE = 3 / 4;
const PHONE_WIDTH = 640;
/** Tile widths to aim at, from small to large, on a phone and on a desk. */
const WIDTHS = { phone: [78, 98, 130, 195, 390], desk: [108, 150, 212, 300, 460] } as const;

export const TILE_SIZES = WIDTHS.desk.length;
export const USUAL_TILE_SIZE = 2;

export function columnsFor(width: number, size: number = USUAL_TILE_SIZE): number {
  const aims = width < PHONE_WIDTH ? WIDTHS.phone : WIDTHS.desk;
  return Math.max(1, Math.round(width / (aims[size] ?? aims[USUAL_TILE_SIZE])));
}

export function layOut(days: readonly DayCount[], width: number, size: number = USUAL_TILE_SIZE): Geometry {
  const columns = columnsFor(width, size);
  const tileHeight = Math.round(((width - GAP * (columns - 1)) / columns) * SHAPE);
  const sections: Section[] = [];
  let top = 0;
  let first = 0;
  const add = (day: DayCount, hour: number | null, count: number, opensDay: boolean) => {
    const titles = (opensDay ? DAY_HEIGHT : 0) + (hour === null ? 0 : HOUR_HEIGHT);
    const height = titles + Math.ceil(count / columns) * (tileHeight + GAP);
    const key = hour === null ? day.day : `${day.day}/${hour}`;
    sections.push({
      key,
      day: day.day,
      hour,
      count,
      dayCount: day.count,
      first,
      top,
      height,
      opensDay,
      titles,
    });
    top += height;
    first += count;
  };
  for (const day of days) {
    if (day.hours.length === 0) {
      add(day, null, day.count, true);
      continue;
    }
    let opensDay = true;
    for (let hour = day.hours.length - 1; hour >= 0; hour -= 1) {
      const count = day.hours[hour] ?? 0;
      if (count === 0) continue;
      add(day, hour, count, opensDay);
      opensDay = false;
    }
  }
  return { sections, height: top, count: first, columns, tileHeight };
}

/** Index of the last section for which `before` holds; the sections are ordered by it. */
function lastSection(sections: readonly Section[], before: (section: Section) => boolean): number {
  let low = 0;
  let high = sections.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(sections[middle] as Section)) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** The section that a height falls in. */
export function sectionAt({ sections }: Geometry, y: number): Section | undefined {
  return sections[lastSection(sections, (section) => section.top <= y)];
}

/** The section of a picture. */
export function sectionOf({ sections }: Geometry, ordinal: number): Section | undefined {
  return sections[lastSection(sections, (section) => section.first <= ordinal)];
}

/** Where a picture's tile begins, from the top. */
export function topOf(geometry: Geometry, ordinal: number): number {
  const section = sectionOf(geometry, ordinal);
  if (section === undefined) return 0;
  const row = Math.floor((ordinal - section.first) / geometry.columns);
  return section.top + section.titles + row * (geometry.tileHeight + GAP);
}

/** The first picture whose row ends below a height. */
export function ordinalAt(geometry: Geometry, y: number): number {
  const section = sectionAt(geometry, y);
  if (section === undefined) return 0;
  const row = Math.max(0, Math.floor((y - section.top - section.titles) / (geometry.tileHeight + GAP)));
  return section.first + Math.min(section.count - 1, row * geometry.columns);
}

/** The rows that touch the span from `from` to `to`. */
export function rowsBetween(geometry: Geometry, from: number, to: number): Row[] {
  const { sections, columns, tileHeight } = geometry;
  const rows: Row[] = [];
  for (
    let index = lastSection(sections, (section) => section.top <= from);
    index < sections.length;
    index += 1
  ) {
    const section = sections[index] as Section;
    if (section.top > to) break;
    rows.push(...titlesOf(section).filter((row) => row.top <= to && row.top + row.height >= from));
    const start = section.top + section.titles;
    const step = tileHeight + GAP;
    const count = Math.ceil(section.count / columns);
    const last = Math.min(count - 1, Math.floor((to - start) / step));
    for (let row = Math.max(0, Math.ceil((from - start - tileHeight) / step)); row <= last; row += 1) {
      rows.push({
        kind: "tiles",
        key: `${section.key}:${row}`,
        section,
        start: row * columns,
        end: Math.min(section.count, (row + 1) * columns),
        top: start + row * step,
        height: tileHeight,
      });
    }
  }
  return rows;
}

function titlesOf(section: Section): Row[] {
  const rows: Row[] = [];
  if (section.opensDay) {
    rows.push({ kind: "day", key: `day ${section.key}`, section, top: section.top, height: DAY_HEIGHT });
  }
  if (section.hour !== null) {
    const top = section.top + section.titles - HOUR_HEIGHT;
    rows.push({ kind: "hour", key: `hour ${section.key}`, section, top, height: HOUR_HEIGHT });
  }
  return rows;
}
