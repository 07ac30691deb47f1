import { expect, it } from "vitest";
import { alertAt } from "@/test/fixtures";
import { blocksBetween, layOut, rowsBetween, topOf } from "./event-layout";
import { groupByHour } from "./group-by-hour";

const THOUSANDS = Array.from({ length: 3000 }, (_, n) => alertAt(n));
const days = groupByHour(THOUSANDS, "Europe/Berlin");

it.each([
  [390, 358],
  [1440, 1306],
])("at %i px puts every event below the one before, without a hole or an overlap", (viewport, width) => {
  const layout = layOut(days, width, viewport);
  let bottom = 0;
  for (const block of layout.blocks) {
    expect(block.top).toBe(bottom);
    bottom += block.height;
  }
  expect(bottom).toBe(layout.height);
  const tops = THOUSANDS.map((_, index) => topOf(layout, index) ?? Number.NaN);
  for (let index = 1; index < tops.length; index += 1)
    expect(tops[index]).toBeGreaterThanOrEqual(tops[index - 1] as number);
  expect(topOf(layout, THOUSANDS.length)).toBeUndefined();
});

it("draws a screenful of thousands, each event of it once, with its day's name", () => {
  const layout = layOut(days, 1306, 1440);
  for (const from of [0, 5000, layout.height / 2, layout.height - 900]) {
    const blocks = blocksBetween(layout, from, from + 900);
    expect(blocks[0]?.kind).toBe("day");
    const drawn = blocks.flatMap((block) => {
      if (block.kind === "day") return [];
      const [first, end] = rowsBetween(layout, block, from, from + 900);
      return block.items.slice(first * layout.columns, end * layout.columns).map(({ id }) => id);
    });
    expect(drawn.length).toBeGreaterThan(4);
    expect(drawn.length).toBeLessThanOrEqual(layout.columns * 7);
    expect(new Set(drawn).size).toBe(drawn.length);
  }
});
