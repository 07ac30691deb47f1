import { expect, it } from "vitest";
import { alertAt } from "@/test/fixtures";
import { groupByHour } from "./group-by-hour";
import { filterOf, isFiltered, parseEventSearch, parseEventsSearch } from "./search";

it("groups by the site's day and hour and keeps the order", () => {
  const items = [alertAt(0), alertAt(1), alertAt(3), alertAt(15 * 60)];
  const days = groupByHour(items, "Europe/Berlin");
  const shape = days.map(({ day, count, hours }) => ({
    day,
    count,
    hours: hours.map((hour) => [hour.hour, hour.items.length]),
  }));
  expect(shape).toEqual([
    {
      day: "2026-11-22",
      count: 4,
      hours: [
        [15, 2],
        [14, 1],
        [0, 1],
      ],
    },
  ]);
});

it("takes the hour that comes twice in autumn as one", () => {
  const times = ["2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z"].map((timestamp) => ({ timestamp }));
  expect(groupByHour(times, "Europe/Berlin")[0]?.hours).toHaveLength(1);
});

it("reads only what it knows from an address", () => {
  const camera = "019ab1a0-0c11-7f20-9d3e-5b8f0c2a7e11";
  expect(parseEventsSearch({ camera, day: "2026-11-22", reviewed: "no", evil: 1 })).toEqual({
    camera,
    day: "2026-11-22",
    reviewed: "no",
  });
  expect(parseEventsSearch({ camera: "../x", day: "tomorrow", reviewed: true })).toEqual({});
  expect(parseEventSearch({ image: camera, day: 5 })).toEqual({ image: camera });
});

it("knows a filter from none", () => {
  expect(isFiltered({})).toBe(false);
  expect(isFiltered({ reviewed: "no" })).toBe(true);
  expect(filterOf({ reviewed: "no" })).toEqual({ reviewed: false });
});
