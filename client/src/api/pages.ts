// Live changes inside the pages of a keyset list (newest first), without asking the server again. Pure: they return the
// same object when nothing changed, so that nothing is drawn again.
import { type InfiniteData, replaceEqualDeep } from "@tanstack/react-query";
import { newerFirst } from "@/lib/held-list";
import type { Page } from "./wire";

type Item = { id: string; timestamp: string };
export type Pages<T> = InfiniteData<Page<T>>;

export function itemsOf<T extends Item>(pages: Pages<T> | undefined): T[] {
  const seen = new Set<string>();
  const items: T[] = [];
  for (const page of pages?.pages ?? []) {
    for (const item of page.items) {
      if (seen.has(item.id)) continue;
      seen.add(item.id);
      items.push(item);
    }
  }
  return items;
}

export function findItem<T extends Item>(pages: Pages<T> | undefined, id: string): T | undefined {
  return pages?.pages.flatMap((page) => page.items).find((item) => item.id === id);
}

/** Changes one item in place; the same pages when it is not there. */
export function replaceItem<T extends Item>(pages: Pages<T>, id: string, change: (item: T) => T): Pages<T> {
  return mapPage(
    pages,
    (page) => page.items.some((item) => item.id === id),
    (items) => items.map((item) => (item.id === id ? change(item) : item)),
  );
}

export function removeItem<T extends Item>(pages: Pages<T>, id: string): Pages<T> {
  return mapPage(
    pages,
    (page) => page.items.some((item) => item.id === id),
    (items) => items.filter((item) => item.id !== id),
  );
}

/** Whether an item of this age lies within what was loaded, rather than beyond the last page. */
export function covers<T extends Item>(pages: Pages<T>, item: Item): boolean {
  const lastPage = pages.pages.at(-1);
  if (lastPage === undefined) return false;
  if (lastPage.next_cursor === null) return true;
  const oldest = lastPage.items.at(-1);
  return oldest !== undefined && newerFirst(item, oldest) < 0;
}

/** Puts a new item at its place; one that lies beyond the loaded pages comes with its own page later. */
export function insertItem<T extends Item>(pages: Pages<T>, item: T): Pages<T> {
  if (!covers(pages, item)) return pages;
  let target = pages.pages.findIndex((page) => {
    const oldest = page.items.at(-1);
    return oldest !== undefined && newerFirst(item, oldest) < 0;
  });
  if (target === -1) target = pages.pages.length - 1;
  return {
    ...pages,
    pages: pages.pages.map((page, index) =>
      index === target ? { ...page, items: [...page.items, item].sort(newerFirst) } : page,
    ),
  };
}

const newest = new WeakMap<object, object>();

/**
 * How a list takes new data (its `structuralSharing`). The query library adds a loaded page to the pages as they were when
 * the loading began; what changed in them meanwhile (an event that came, a mark) would be lost. So every page that was
 * replaced leads to what it became.
 */
export function keepChanges(old: unknown, loaded: unknown): unknown {
  const before = old as Pages<Item> | undefined;
  const after = loaded as Pages<Item>;
  const pages = after.pages.map((page) => {
    let now: object = page;
    for (let next = newest.get(now); next; next = newest.get(now)) now = next;
    return now as Page<Item>;
  });
  const taken = replaceEqualDeep(before, { ...after, pages });
  before?.pages.forEach((page, index) => {
    const now = taken.pages[index];
    if (now && now !== page) newest.set(page, now);
  });
  return taken;
}

function mapPage<T extends Item>(
  pages: Pages<T>,
  has: (page: Page<T>) => boolean,
  change: (items: T[]) => T[],
): Pages<T> {
  if (!pages.pages.some(has)) return pages;
  return {
    ...pages,
    pages: pages.pages.map((page) => (has(page) ? { ...page, items: change(page.items) } : page)),
  };
}
