import { describe, expect, it } from "vitest";
import { columnsFor, GAP, layOut, rowsBetween } from "./layout";

const days = (count: number, perDay: number) =>
  Array.from({ length: count }, (_, index) => `day-${String(Math.floor(index / perDay)).padStart(5, "0")}`);

describe("geometry", () => {
  it("has three columns on a phone and six on a wide screen", () => {
    expect(columnsFor(390)).toBe(3);
    expect(columnsFor(1304)).toBe(6);
  });

  it("fills the width exactly and places every picture once", () => {
    const layout = layOut(days(100, 7), 390);
    expect(layout.tileWidth * layout.columns + GAP * (layout.columns - 1)).toBeCloseTo(390);
    const placed = layout.rows.flatMap((row) =>
      row.kind === "tiles"
        ? Array.from({ length: row.end - row.start }, (_, index) => row.start + index)
        : [],
    );
    expect(placed).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it("begins each row where the one before ends", () => {
    const { rows, height } = layOut(days(40, 9), 1304);
    rows.forEach((row, index) => {
      const next = rows[index + 1];
      const gap = row.kind === "tiles" ? GAP : 0;
      expect(row.top + row.height + gap).toBe(next ? next.top : height);
    });
  });

  it("is nothing for nothing", () => {
    expect(layOut([], 390)).toMatchObject({ rows: [], height: 0 });
  });
});

describe("what is drawn", () => {
  it("is a few rows, however many pictures there are", () => {
    const { rows, height } = layOut(days(100_000, 1000), 1440);
    const seen = rowsBetween(rows, height / 2, height / 2 + 2100);
    expect(seen.length).toBeLessThan(20);
    expect(seen[0]?.top).toBeLessThanOrEqual(height / 2);
    const last = seen.at(-1);
    expect((last?.top ?? 0) + (last?.height ?? 0)).toBeGreaterThanOrEqual(height / 2 + 2100 - GAP);
  });

  it("agrees with a plain search at every offset", () => {
    const { rows, height } = layOut(days(60, 11), 390);
    for (let from = -300; from < height + 300; from += 61) {
      const plain = rows.filter((row) => row.top + row.height >= from && row.top <= from + 700);
      expect(rowsBetween(rows, from, from + 700)).toEqual(plain);
    }
  });
});
