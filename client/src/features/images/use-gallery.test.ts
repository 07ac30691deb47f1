import { expect, it } from "vitest";
import type { DayCount } from "@/api/gallery";
import { stillThere } from "./use-gallery";

const day = (name: string, count: number, hours: number[] = []): DayCount => ({ day: name, count, hours });

it("keeps what is shown while more comes, without a new object", () => {
  const shown = [day("b", 3), day("a", 2)];
  expect(stillThere(shown, [day("c", 1), day("b", 9), day("a", 2)])).toBe(shown);
});

it("lets go of what was deleted, of days that have none left, and of hours of a full day", () => {
  const shown = [day("c", 2103, [3, 2100]), day("b", 3), day("a", 1)];
  const latest = [day("c", 2102, [2, 2100]), day("b", 2)];
  expect(stillThere(shown, latest)).toEqual([day("c", 2102, [2, 2100]), day("b", 2)]);
});

it("takes a day that was full and is not any more for what it showed, hour by hour", () => {
  const shown = [day("c", 2001, [1, 2000])];
  expect(stillThere(shown, [day("c", 1999)])).toBe(shown);
});
