import { expect, it } from "vitest";
import { ScrollSpace, tallest } from "./scroll-space";

const SEEN = 900;

it("leaves a gallery alone that a page can be as tall as", () => {
  const space = new ScrollSpace(2_000_000, 2_000_000, SEEN);
  expect(space.scrolled(1234)).toBe(1234);
  expect(space.placeFor(50_000)).toBe(50_000);
  expect(space.offset).toBe(0);
});

it("reaches every place of a gallery that no page can be as tall as", () => {
  const page = tallest(2);
  const space = new ScrollSpace(43_000_000, page, SEEN);
  expect(page).toBeLessThan(16_777_216 / 2);
  for (const wanted of [0, 7, 777, 21_500_000, 43_000_000 - SEEN]) {
    const place = space.placeFor(wanted);
    expect(place).toBeGreaterThanOrEqual(0);
    expect(place).toBeLessThanOrEqual(page - SEEN);
    expect(space.scrolled(place)).toBeCloseTo(wanted);
  }
});

it("moves by what a hand moves, and by proportion when the scroll bar leaps", () => {
  const space = new ScrollSpace(43_000_000, 7_500_000, SEEN);
  space.scrolled(space.placeFor(20_000_000));
  const place = space.placeFor(20_000_000);
  expect(space.scrolled(place + 120)).toBeCloseTo(20_000_120);
  expect(space.scrolled(place - 300)).toBeCloseTo(19_999_700);
  expect(space.scrolled(7_500_000 - SEEN)).toBeCloseTo(43_000_000 - SEEN);
  expect(space.scrolled(0)).toBe(0);
});

it("shows nothing beyond its ends", () => {
  const space = new ScrollSpace(20_000_000, 15_000_000, SEEN);
  expect(space.scrolled(-64)).toBe(-64);
  let place = space.placeFor(19_900_000);
  for (; place < 15_000_000 - SEEN; place += 500)
    expect(space.scrolled(place)).toBeLessThanOrEqual(20_000_000 - SEEN);
});
