import { InfiniteQueryObserver, infiniteQueryOptions, QueryClient } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import { alertAt } from "@/test/fixtures";
import { covers, insertItem, itemsOf, keepChanges, type Pages, removeItem, replaceItem } from "./pages";
import type { Alert, Page } from "./wire";

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

it("keeps what changed while the next page was loading", async () => {
  const client = new QueryClient();
  const loaded = { 1: [alertAt(1), alertAt(2)], 2: [alertAt(5)], 3: [alertAt(7)] };
  let arrives = () => {};
  const options = infiniteQueryOptions({
    queryKey: ["list"],
    queryFn: async ({ pageParam }): Promise<Page<Alert>> => {
      if (pageParam > 1) await new Promise<void>((resolve) => (arrives = resolve));
      return { items: loaded[pageParam], next_cursor: pageParam < 3 ? "more" : null };
    },
    initialPageParam: 1 as 1 | 2 | 3,
    getNextPageParam: (_, pages) => (pages.length + 1) as 2 | 3,
    structuralSharing: keepChanges,
  });
  const change = (to: (pages: Pages<Alert>) => Pages<Alert>) =>
    client.setQueryData<Pages<Alert>>(["list"], (now) => now && to(now));
  const observer = new InfiniteQueryObserver(client, options);
  const stop = observer.subscribe(() => {});
  await vi.waitFor(() => expect(observer.getCurrentResult().data?.pages).toHaveLength(1));
  for (const marked of [1, 2]) {
    const more = observer.fetchNextPage();
    change((now) => replaceItem(now, alertAt(marked).id, (alert) => ({ ...alert, reviewed: true })));
    if (marked === 2) change((now) => insertItem(now, alertAt(0)));
    await vi.waitFor(() => arrives());
    await more;
  }
  stop();
  const shown = itemsOf(client.getQueryData<Pages<Alert>>(["list"]));
  expect(shown.map(({ id }) => id)).toEqual([0, 1, 2, 5, 7].map((n) => alertAt(n).id));
  expect(shown.map(({ reviewed }) => reviewed)).toEqual([false, true, true, false, false]);
});
