import { describe, expect, it } from "vitest";
import { addDays, clockTime, dayName, dayOf, dayRange, hourOf, isDay } from "./site-time";

const hours = ({ from, to }: { from: string; to: string }) => (Date.parse(to) - Date.parse(from)) / 3_600_000;

describe("days of the site", () => {
  it("belong to the site's zone, not to the browser's", () => {
    expect(dayOf("2026-11-22T23:30:00Z", "Europe/Berlin")).toBe("2026-11-23");
    expect(dayOf("2026-11-22T23:30:00Z", "America/New_York")).toBe("2026-11-22");
    expect(hourOf("2026-11-22T23:30:00Z", "Europe/Berlin")).toBe(0);
    expect(hourOf("2026-11-22T23:30:00Z", "Asia/Kathmandu")).toBe(5);
  });

  it("begin and end at the site's midnight", () => {
    expect(dayRange("2026-11-22", "Europe/Berlin")).toEqual({
      from: "2026-11-21T23:00:00.000Z",
      to: "2026-11-22T23:00:00.000Z",
    });
    expect(dayRange("2026-11-22", "Asia/Kathmandu").from).toBe("2026-11-21T18:15:00.000Z");
  });

  it("have 23 or 25 hours when the clocks change", () => {
    expect(hours(dayRange("2026-03-29", "Europe/Berlin"))).toBe(23);
    expect(hours(dayRange("2026-10-25", "Europe/Berlin"))).toBe(25);
    expect(hours(dayRange("2026-11-01", "America/New_York"))).toBe(25);
  });

  it("are counted across months", () => {
    expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  });

  it("show the year only when it is another", () => {
    expect(dayName("2026-11-22", "2026-11-23")).not.toContain("2026");
    expect(dayName("2025-11-22", "2026-11-23")).toContain("2025");
  });
});

it("knows a day from anything else in an address", () => {
  expect(isDay("2026-11-22")).toBe(true);
  for (const wrong of ["2026-02-30", "2026-13-01", "22.11.2026", "", 20261122, undefined]) {
    expect(isDay(wrong)).toBe(false);
  }
});

it("shows seconds only when asked", () => {
  const at = "2026-11-22T14:02:11Z";
  expect(clockTime(at, "UTC")).not.toContain("11");
  expect(clockTime(at, "UTC", true)).toContain("11");
});
