import { expect, it } from "vitest";
import type { Area } from "@/api/camera-settings";
import { isArea, middleOf, moveArea, movePoint, newArea, splitSide, withoutPoint } from "./areas";

const square: Area = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
];

it("keeps every point inside the picture", () => {
  expect(movePoint(square, 0, [-3, 0.5])[0]).toEqual([0, 0.5]);
  expect(movePoint(square, 2, [2, 2])[2]).toEqual([1, 1]);
});

it("moves an area as a whole, as far as the edge and without bending it", () => {
  const moved = moveArea(square, [5, -0.1]);
  expect(moved).toEqual([
    [0.6, 0.1],
    [1, 0.1],
    [1, 0.5],
    [0.6, 0.5],
  ]);
});

it("adds a point in the middle of a side, the last one too, and takes one away but never the third", () => {
  expect(splitSide(square, 0)[1]).toEqual([0.4, 0.2]);
  expect(splitSide(square, 3)[4]).toEqual([0.2, 0.4]);
  const triangle = withoutPoint(square, 1);
  expect(triangle).toHaveLength(3);
  expect(withoutPoint(triangle, 0)).toHaveLength(3);
});

it("knows what encloses nothing", () => {
  expect(isArea(square)).toBe(true);
  expect(
    isArea([
      [0.1, 0.1],
      [0.5, 0.5],
      [0.9, 0.9],
    ]),
  ).toBe(false);
  expect(
    isArea([
      [0, 0],
      [1, 1],
      [1, 0],
      [0, 1],
    ]),
  ).toBe(false);
});

it("puts a new one where it is seen", () => {
  const first = newArea([]);
  expect(isArea(first)).toBe(true);
  expect(middleOf(newArea([first]))).not.toEqual(middleOf(first));
});
