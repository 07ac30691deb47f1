import { expect, it } from "vitest";
import { alertAt } from "@/test/fixtures";
import { covers, insertItem, itemsOf, type Pages, removeItem, replaceItem } from "./pages";
import type { Alert } from "./wire";

const pages = (next: string | null, ...groups: Alert[][]): Pages<Alert> => ({
  pageParams: groups.map(() => null),
  pages: groups.map((items, index) => ({
    items,
    next_cursor: index === groups.length - 1 ? next : `c${index}`,
  })),
});
const ids = (of: Pages<Alert>) => itemsOf(of).map(({ id }) => id);

it("puts a new alert first, and a late one at its place", () => {
  const before = pages("more", [alertAt(2), alertAt(4)], [alertAt(6), alertAt(8)]);
  const after = insertItem(insertItem(before, alertAt(0)), alertAt(5));
  expect(ids(after)).toEqual([0, 2, 4, 5, 6, 8].map((n) => alertAt(n).id));
});

it("leaves what lies beyond the loaded pages to its own page", () => {
  const before = pages("more", [alertAt(2)]);
  expect(covers(before, alertAt(9))).toBe(false);
  expect(insertItem(before, alertAt(9))).toBe(before);
  expect(ids(insertItem(pages(null, [alertAt(2)]), alertAt(9)))).toEqual([alertAt(2).id, alertAt(9).id]);
});

it("fills an empty list", () => {
  expect(ids(insertItem(pages(null, []), alertAt(1)))).toEqual([alertAt(1).id]);
});

it("changes and removes one item and leaves other pages as they are", () => {
  const before = pages(null, [alertAt(1)], [alertAt(2)]);
  const changed = replaceItem(before, alertAt(2).id, (alert) => ({ ...alert, image_count: 9 }));
  expect(changed.pages[0]).toBe(before.pages[0]);
  expect(itemsOf(changed)[1]?.image_count).toBe(9);
  expect(ids(removeItem(before, alertAt(1).id))).toEqual([alertAt(2).id]);
  expect(replaceItem(before, "none", (alert) => alert)).toBe(before);
});

it("shows an item once, though two pages hold it", () => {
  expect(ids(pages(null, [alertAt(1), alertAt(2)], [alertAt(2), alertAt(3)]))).toHaveLength(3);
});
