// The rule behind "never moves what one looks at", as pure functions over a list that is newest first.
// While a person looks (`hold`), nothing appears among or above what stands there: new items wait and are counted, and
// an item that a filter no longer matches stays in its place. Older items at the end may always join: they move nothing.

export type Keyed = { id: string; timestamp: string };
export type Held<T> = { shown: T[]; waiting: number };

/** Newest first; ties by id, as the server orders. */
export function newerFirst(a: Keyed, b: Keyed): number {
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp ? 1 : -1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? 1 : -1;
}

/**
 * What to show now, given what was shown before and what the list is by now.
 * Removed items are kept while holding unless `gone` says that they no longer exist at all.
 */
export function holdList<T extends Keyed>(
  before: readonly T[],
  latest: readonly T[],
  hold: boolean,
  gone: (id: string) => boolean = () => false,
): Held<T> {
  const last = before.at(-1);
  if (!hold || last === undefined) return { shown: [...latest], waiting: 0 };
  const byId = new Map(latest.map((item) => [item.id, item]));
  const kept = before
    .filter((item) => byId.has(item.id) || !gone(item.id))
    .map((item) => byId.get(item.id) ?? item);
  const standing = new Set(before.map((item) => item.id));
  const others = latest.filter((item) => !standing.has(item.id));
  const older = others.filter((item) => newerFirst(last, item) < 0);
  return { shown: [...kept, ...older], waiting: others.length - older.length };
}
