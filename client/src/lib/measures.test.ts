import { expect, it } from "vitest";
import { ago, bytes, stopwatch } from "./measures";

it("writes how long something lasted", () => {
  expect([0, 14.4, 75, 3725, -3].map(stopwatch)).toEqual(["0:00", "0:14", "1:15", "1:02:05", "0:00"]);
});

it("writes how long ago something was, and takes a clock ahead of ours for now", () => {
  const now = Date.parse("2026-11-22T14:00:00Z");
  const before = (seconds: number) => ago(new Date(now - seconds * 1000).toISOString(), now);
  expect([-30, 5, 42, 300, 7200, 200_000].map(before)).toEqual([
    "just now",
    "just now",
    "42 s ago",
    "5 min ago",
    "2 h ago",
    "2 d ago",
  ]);
});

it("writes sizes", () => {
  expect([0, 999, 2_075_000, 12_884_901_888].map(bytes)).toEqual(["0 B", "999 B", "2.1 MB", "12.9 GB"]);
});
