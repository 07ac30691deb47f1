import { expect, it } from "vitest";
import { MAX_SCALE, panBy, WHOLE, zoomAt } from "./zoom";

it("keeps the point under the finger where it is", () => {
  const view = zoomAt(WHOLE, 2, 0.75, 0.5);
  // A point p of the picture is drawn at 0.5 + x + (p - 0.5) * scale.
  expect(0.5 + view.x + (0.75 - 0.5) * view.scale).toBeCloseTo(0.75);
});

it("never shows anything beside the picture, nor zooms without end", () => {
  const far = panBy(zoomAt(WHOLE, 100, 0.5, 0.5), 50, -50);
  expect(far.scale).toBe(MAX_SCALE);
  expect(far.x).toBe((MAX_SCALE - 1) / 2);
  expect(far.y).toBe(-(MAX_SCALE - 1) / 2);
  expect(zoomAt(far, 0.001, 0.1, 0.9)).toEqual(WHOLE);
});
