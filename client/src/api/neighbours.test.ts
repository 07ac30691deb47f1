import { expect, it } from "vitest";
import { findNewer, findOlder, type ListSpan } from "./neighbours";

type Item = { id: string; timestamp: string };
const START = Date.parse("2026-11-22T00:00:00Z");
const at = (minutes: number): Item => ({
  id: `m${minutes}`,
  timestamp: new Date(START + minutes * 60_000).toISOString(),
});

/** Answers as the server does: newest first, `from` inclusive, `to` exclusive, pages of at most `limit`. */
function lister(items: Item[]) {
  const calls: unknown[] = [];
  const list: ListSpan<Item> = async ({ from = "", to = "9", limit, cursor = "0" }) => {
    calls.push(from);
    const found = items
      .filter(({ timestamp }) => timestamp >= from && timestamp < to)
      .sort((a, b) => (a.timestamp < b.timestamp ? 1 : -1));
    const start = Number(cursor);
    const next = start + limit < found.length ? String(start + limit) : null;
    return { items: found.slice(start, start + limit), next_cursor: next };
  };
  return { list, calls };
}
const now = START + 100 * 86_400_000;

it("finds the next older one", async () => {
  const { list } = lister([at(0), at(5), at(9)]);
  expect(await findOlder(at(9), list)).toEqual(at(5));
  expect(await findOlder(at(0), list)).toBeNull();
});

it.each([1, 14, 16, 700, 60 * 24 * 90])(
  "finds the next newer one %i minutes on, not a later one",
  async (minutes) => {
    const { list, calls } = lister([at(0), at(minutes), at(minutes + 1), at(minutes + 400)]);
    expect(await findNewer(at(0), list, now)).toEqual(at(minutes));
    expect(calls.length).toBeLessThan(20);
  },
);

it("finds it on a busy day, behind several pages", async () => {
  const busy = Array.from({ length: 600 }, (_, index) => ({
    id: `b${index}`,
    timestamp: at(1 + index / 60).timestamp,
  }));
  const { list } = lister([at(0), ...busy]);
  expect((await findNewer(at(0), list, now))?.id).toBe("b0");
});

it("says that the newest one has nothing newer", async () => {
  const { list } = lister([at(0)]);
  expect(await findNewer(at(0), list, now)).toBeNull();
});
