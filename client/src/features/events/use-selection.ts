// Which events are selected. A range goes from the one selected last to the one pressed, in the order of the list.
import { useCallback, useMemo, useRef, useState } from "react";

const NONE: ReadonlySet<string> = new Set();

/** The ids from one to the other, both included, whichever comes first; only `to` when `from` is not in the list. */
export function between(ids: readonly string[], from: string | null, to: string): string[] {
  const start = from === null ? -1 : ids.indexOf(from);
  const end = ids.indexOf(to);
  if (start === -1 || end === -1) return [to];
  return ids.slice(Math.min(start, end), Math.max(start, end) + 1);
}

export function useSelection(ids: () => readonly string[]) {
  const [selected, setSelected] = useState(NONE);
  const anchor = useRef<string | null>(null);
  const list = useRef(ids);
  list.current = ids;
  const press = useCallback((id: string, range: boolean) => {
    const added = range ? between(list.current(), anchor.current, id) : [id];
    anchor.current = id;
    setSelected((before) => {
      const after = new Set(before);
      if (!range && after.has(id)) after.delete(id);
      else for (const one of added) after.add(one);
      return after;
    });
  }, []);
  const clear = useCallback(() => setSelected(NONE), []);
  const replace = useCallback((all: readonly string[]) => setSelected(new Set(all)), []);
  return useMemo(() => ({ selected, press, clear, replace }), [selected, press, clear, replace]);
}
