// Areas of the picture as points in fractions of it: moved, widened, made and checked. Pure.
import type { Area, Point } from "@/api/camera-settings";

export const MOST_AREAS = 32;
export const MOST_POINTS = 64;
const LEAST_AREA = 1e-4;

const within = (value: number) => Math.min(1, Math.max(0, Math.round(value * 1000) / 1000));

/** A rectangle in the middle, a little aside of those that are there, so that it is seen to be a new one. */
export function newArea(others: readonly Area[]): Area {
  const aside = (others.length % 5) * 0.04;
  const [left, top, right, bottom] = [0.35 + aside, 0.35 + aside, 0.65 + aside, 0.65 + aside].map(within) as [
    number,
    number,
    number,
    number,
  ];
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

export function movePoint(area: Area, index: number, to: Point): Area {
  return area.map((point, place) => (place === index ? [within(to[0]), within(to[1])] : point));
}

/** Moves all of it as far as the picture's edge lets it. */
export function moveArea(area: Area, by: Point): Area {
  const x = room(
    area.map(([value]) => value),
    by[0],
  );
  const y = room(
    area.map(([, value]) => value),
    by[1],
  );
  return area.map(([left, top]) => [within(left + x), within(top + y)]);
}

function room(values: number[], by: number): number {
  return Math.max(-Math.min(...values), Math.min(1 - Math.max(...values), by));
}

/** A point in the middle of the side that begins at `index`. */
export function splitSide(area: Area, index: number): Area {
  const from = area[index];
  const to = area[(index + 1) % area.length];
  if (!from || !to || area.length >= MOST_POINTS) return area;
  const middle: Point = [within((from[0] + to[0]) / 2), within((from[1] + to[1]) / 2)];
  return [...area.slice(0, index + 1), middle, ...area.slice(index + 1)];
}

export function withoutPoint(area: Area, index: number): Area {
  return area.length > 3 ? area.filter((_, place) => place !== index) : area;
}

/** Whether it encloses anything: the server refuses a line, and an outline that crosses itself into nothing. */
export function isArea(area: Area): boolean {
  const twice = area.reduce((sum, [x0, y0], index) => {
    const [x1, y1] = area[(index + 1) % area.length] as Point;
    return sum + x0 * y1 - x1 * y0;
  }, 0);
  return Math.abs(twice) / 2 >= LEAST_AREA;
}

export function middleOf(area: Area): Point {
  const xs = area.map(([x]) => x);
  const ys = area.map(([, y]) => y);
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
}
