import { expect, it } from "vitest";
import { dayRange } from "@/lib/site-time";
import { barsPath, binsOf, heatOf, nextBusy, weeksOf } from "./activity";

it("puts each count into its five minutes, also on the days when the clocks change", () => {
  const { from, to } = dayRange("2026-11-22", "Europe/Berlin");
  const bins = binsOf([{ start: "2026-11-22T13:05:00Z", alerts: 3 }], from, to);
  expect(bins).toHaveLength(288);
  expect(bins.indexOf(3)).toBe(14 * 12 + 1);
  for (const [day, length] of [
    ["2026-03-29", 276],
    ["2026-10-25", 300],
  ] as const) {
    const span = dayRange(day, "Europe/Berlin");
    expect(binsOf([], span.from, span.to)).toHaveLength(length);
  }
});

it("draws one bar for each busy five minutes", () => {
  expect(barsPath([0, 1, 0, 100], 36).match(/M/g)).toHaveLength(2);
  expect(barsPath([0, 0], 36)).toBe("");
});

it("finds the next busy place, or stays", () => {
  expect(nextBusy([0, 1, 0, 2], 1, 1)).toBe(3);
  expect(nextBusy([0, 1, 0, 2], 3, -1)).toBe(1);
  expect(nextBusy([0, 1, 0, 0], 1, 1)).toBe(1);
});

it("warms a day by its share of the busiest, and never leaves a day with an event cold", () => {
  expect([heatOf(0, 10), heatOf(1, 1000), heatOf(10, 10)]).toEqual([0, 1, 4]);
});

it("lays a month out in weeks from Monday", () => {
  const weeks = weeksOf("2026-11");
  expect(weeks).toHaveLength(6);
  expect(weeks[0]).toEqual([null, null, null, null, null, null, "2026-11-01"]);
  expect(weeks.flat().filter(Boolean)).toHaveLength(30);
});
