import { expect, it } from "vitest";
import { faultWords } from "./faults";

const clock = (instant: string) => instant.slice(11, 16);

it("tells a gap with its cause and what was recovered", () => {
  const gap = {
    began_at: "2026-11-22T02:10:00Z",
    ended_at: "2026-11-22T02:25:00Z",
    cause: "wifi",
    pictures_recovered: 14,
  };
  const { title, happened } = faultWords("offline", { code: "silent", gaps: [gap] }, false, clock);
  expect(title).toBe("Camera was offline");
  expect(happened).toBe("No data 02:10-02:25, its Wi-Fi was down, 14 pictures recovered.");
});

const CODES =
  "silent covered defocused moved hot throttled under_voltage disk_full clock_not_set sensor_stuck sensor_chattering camera_failed no_frames pictures_lost";

it.each(CODES.split(" "))("says of %s what happened and one thing to do", (code) => {
  const { title, happened, todo } = faultWords("tamper", { code }, true, clock);
  expect(title).not.toBe("Something is wrong with this camera");
  expect(happened).toMatch(/\.$/);
  expect(todo).toMatch(/\.$/);
});

it("shows a fault that it does not know yet, and one without details", () => {
  expect(faultWords("tamper", { code: "on_fire" }, true, clock).happened).toContain("on fire");
  expect(faultWords("low_voltage", null, true, clock).title).toBe("Power too low");
});
