import { expect, it } from "vitest";
import { alertAt, imageAt } from "@/test/fixtures";
import { delayWords, stagesOf } from "./latency";

const at = (ms: number) => new Date(Date.parse("2026-11-22T14:02:00Z") + ms).toISOString();
const alert = alertAt(0, { timestamp: at(80), triggered_at: at(0), received_at: at(250) });
const first = imageAt(0, { timestamp: at(120), received_at: at(400) });

it("counts every stage from the sensor on", () => {
  const stages = stagesOf(alert, first, Date.parse(at(460)));
  expect(stages.map(({ name, after }) => [name, after])).toEqual([
    ["sensor", 0],
    ["decided", 80],
    ["captured", 120],
    ["stored", 400],
    ["shown", 460],
  ]);
});

it("goes without what is not known, and never back in time", () => {
  const early = imageAt(0, { timestamp: at(-3000), received_at: at(300) });
  const stages = stagesOf({ ...alert, triggered_at: null }, early, undefined);
  expect(stages.map(({ name, after }) => [name, after])).toEqual([
    ["decided", 0],
    ["captured", 0],
    ["stored", 220],
  ]);
});

it("does not take opening an old event for a delay", () => {
  const names = stagesOf(alert, first, Date.parse(at(3_600_000))).map(({ name }) => name);
  expect(names).not.toContain("shown");
});

it("writes delays as a person reads them", () => {
  expect([80, 3200, 240_000, 7_200_000].map(delayWords)).toEqual(["0.08 s", "3.2 s", "4 min", "2.0 h"]);
});
