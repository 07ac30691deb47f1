import { expect, it } from "vitest";
import type { Camera, Health } from "@/api/wire";
import { camera } from "@/test/fixtures";
import { cameraState, wifiWord } from "./camera-state";

const NOW = new Date("2026-11-22T14:03:00Z");
const clock = (instant: string, long: boolean) => (long ? instant.slice(0, 10) : instant.slice(11, 16));
const state = (change: Partial<Camera>, health: Health = {}) =>
  cameraState({ ...camera, health: { ...health }, ...change }, NOW, clock);

it("says in one sentence what a camera does", () => {
  expect(state({})).toEqual({ tone: "ok", sentence: "Watching", warnings: [] });
  expect(state({}, { capture_state: "active" }).sentence).toBe("Motion right now");
  expect(state({}, { spool_files: 14 }).sentence).toBe("Uploading 14 pictures saved while offline");
  expect(state({}, { frame_age_seconds: 40 })).toMatchObject({
    tone: "bad",
    sentence: expect.stringContaining("40 s"),
  });
});

it("says since when a camera is away, with the date after a day", () => {
  expect(state({ online: false, last_seen_at: "2026-11-22T14:02:00Z" }).sentence).toBe("Offline since 14:02");
  expect(state({ online: false, last_seen_at: "2026-11-20T14:02:00Z" }).sentence).toBe(
    "Offline since 2026-11-20",
  );
  expect(state({ online: false, last_seen_at: null })).toMatchObject({
    tone: "bad",
    sentence: "Has not connected yet",
  });
});

it("warns of what the owner can mend, and of nothing when all is well", () => {
  const ill: Health = {
    under_voltage: true,
    throttled: true,
    temperature_celsius: 84,
    clock_synchronized: false,
    set_aside_files: 1,
  };
  expect(state({}, ill).warnings).toHaveLength(4);
  expect(state({}, { throttled: true }).warnings).toHaveLength(1);
  expect(state({}, { clock_synchronized: true, temperature_celsius: 50 }).warnings).toEqual([]);
  expect(state({ health: null }).warnings).toEqual([]);
});

it("says how good a signal is", () => {
  expect([-50, -65, -80].map(wifiWord)).toEqual(["good", "fair", "weak"]);
});

it("says before anything else that a camera is locked out", () => {
  expect(state({ revoked_at: "2026-11-22T14:00:00Z" })).toMatchObject({
    tone: "bad",
    sentence: "Locked out",
  });
});
