// Keeps a live list still while a person looks at it; see `held-list.ts` for the rule.
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type Held, holdList, type Keyed } from "./held-list";

/** After this long without a movement of hand or key, a list at its top counts as untouched again. */
const IDLE_MS = 8000;
const TOP_PX = 24;

/** Whether a person is busy with the list inside `area`: scrolled down, keyboard inside it, or active a moment ago. */
export function useLooking(area: RefObject<HTMLElement | null>): boolean {
  const [looking, setLooking] = useState(false);
  useEffect(() => {
    let activeAt = Number.NEGATIVE_INFINITY;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const decide = () => {
      clearTimeout(timer);
      const idleFor = performance.now() - activeAt;
      const focused = area.current?.querySelector(":focus-visible") ?? null;
      setLooking(window.scrollY > TOP_PX || focused !== null || idleFor < IDLE_MS);
      if (idleFor < IDLE_MS) timer = setTimeout(decide, IDLE_MS - idleFor + 1);
    };
    const touch = (event: Event) => {
      if (!(event.target instanceof Node) || !area.current?.contains(event.target)) return;
      activeAt = performance.now();
      decide();
    };
    const afterFocus = () => queueMicrotask(decide);
    const touches = ["pointermove", "pointerdown", "keydown"] as const;
    for (const name of touches) document.addEventListener(name, touch, { passive: true });
    window.addEventListener("scroll", decide, { passive: true });
    document.addEventListener("focusin", afterFocus);
    document.addEventListener("focusout", afterFocus);
    decide();
    return () => {
      clearTimeout(timer);
      for (const name of touches) document.removeEventListener(name, touch);
      window.removeEventListener("scroll", decide);
      document.removeEventListener("focusin", afterFocus);
      document.removeEventListener("focusout", afterFocus);
    };
  }, [area]);
  return looking;
}

/** Names a list by its filter. Until its first answer is there, the list of the filter before stands in for it. */
export function listName(filter: object, standIn: boolean): string {
  return `${JSON.stringify(filter)}${standIn ? " (before)" : ""}`;
}

/**
 * The list as it may be shown now. `listKey` names the list (its filters): another one starts afresh.
 * `release` shows what waits.
 */
export function useHeldList<T extends Keyed>(
  latest: readonly T[],
  { hold, listKey, gone }: { hold: boolean; listKey: string; gone?: (id: string) => boolean },
): Held<T> & { release: () => void } {
  const shown = useRef<{ key: string; items: T[] }>({ key: listKey, items: [] });
  const [released, setReleased] = useState(0);
  const releasedSeen = useRef(0);
  const held = useMemo(() => {
    const before = shown.current.key === listKey ? shown.current.items : [];
    return holdList(before, latest, hold && releasedSeen.current === released, gone);
  }, [latest, hold, listKey, gone, released]);
  useEffect(() => {
    shown.current = { key: listKey, items: held.shown };
    releasedSeen.current = released;
  }, [held, listKey, released]);
  const release = useCallback(() => setReleased((count) => count + 1), []);
  return { ...held, release };
}
