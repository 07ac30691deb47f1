import { describe, expect, it } from "vitest";
import type { DayCount } from "@/api/gallery";
import { columnsFor, GAP, layOut, ordinalAt, rowsBetween, sectionOf, topOf } from "./layout";

const days = (count: number, perDay: number): DayCount[] =>
  Array.from({ length: count }, (_, index) => ({ day: `day-${1e6 - index}`, count: perDay, hours: [] }));
const fullDay: DayCount = { day: "2026-11-22", count: 2603, hours: [0, 0, 1, 2000, 602] };
const everything = (geometry: ReturnType<typeof layOut>) => rowsBetween(geometry, 0, geometry.height);
const ordinals = (rows: ReturnType<typeof rowsBetween>) =>
  rows.flatMap((row) =>
    row.kind === "tiles"
      ? Array.from({ length: row.end - row.start }, (_, index) => row.section.first + row.start + index)
      : [],
  );

describe("geometry", () => {
  it("has three columns on a phone and six on a wide screen, more and fewer by the size that is chosen", () => {
    expect([0, 1, 2, 3, 4].map((size) => columnsFor(390, size))).toEqual([5, 4, 3, 2, 1]);
    expect([0, 1, 2, 3, 4].map((size) => columnsFor(1304, size))).toEqual([12, 9, 6, 4, 3]);
  });

  it("places every picture once, in order, with a title for each day and for each hour of a full day", () => {
    const geometry = layOut([{ day: "2026-11-23", count: 11, hours: [] }, fullDay, ...days(3, 7)], 390);
    const rows = everything(geometry);
    expect(geometry.count).toBe(11 + 2603 + 21);
    expect(ordinals(rows)).toEqual(Array.from({ length: geometry.count }, (_, index) => index));
    expect(rows.filter(({ kind }) => kind === "day")).toHaveLength(5);
    const hours = rows.filter(({ kind }) => kind === "hour").map(({ section }) => section.hour);
    expect(hours).toEqual([4, 3, 2]);
  });

  it("begins each row where the one before ends", () => {
    const geometry = layOut([fullDay, ...days(4, 9)], 1304);
    const rows = everything(geometry);
    rows.forEach((row, index) => {
      const gap = row.kind === "tiles" ? GAP : 0;
      expect(row.top + row.height + gap).toBe(rows[index + 1]?.top ?? geometry.height);
    });
  });

  it("finds the picture of a place and the place of a picture", () => {
    const geometry = layOut([fullDay, ...days(40, 9)], 1304);
    for (const ordinal of [0, 5, 6, 601, 602, 2601, 2602, 2603, geometry.count - 1]) {
      const top = topOf(geometry, ordinal);
      const found = ordinalAt(geometry, top + 1);
      expect(found).toBeLessThanOrEqual(ordinal);
      expect(topOf(geometry, found)).toBe(top);
      expect(sectionOf(geometry, ordinal)?.first).toBeLessThanOrEqual(ordinal);
    }
  });

  it("is nothing for nothing", () => {
    expect(layOut([], 390)).toMatchObject({ sections: [], height: 0, count: 0 });
    expect(rowsBetween(layOut([], 390), 0, 1000)).toEqual([]);
  });
});

describe("what is drawn", () => {
  it("is a few rows, however many pictures there are", () => {
    const geometry = layOut(days(1000, 1000), 1304);
    expect(geometry.count).toBe(1_000_000);
    expect(geometry.sections).toHaveLength(1000);
    const from = Math.floor(geometry.height / 2);
    const rows = rowsBetween(geometry, from, from + 1700);
    expect(rows.length).toBeLessThan(14);
    for (const row of rows) {
      expect(row.top + row.height).toBeGreaterThanOrEqual(from);
      expect(row.top).toBeLessThanOrEqual(from + 1700);
    }
  });

  it("is what a search through all rows finds", () => {
    const geometry = layOut([fullDay, ...days(30, 13)], 390);
    const all = everything(geometry);
    for (let from = -500; from < geometry.height; from += 977) {
      const expected = all.filter((row) => row.top + row.height >= from && row.top <= from + 800);
      expect(rowsBetween(geometry, from, from + 800).map(({ key }) => key)).toEqual(
        expected.map(({ key }) => key),
      );
    }
  });
});
