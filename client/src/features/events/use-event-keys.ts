// Keyboard review of the list: j and k walk the cards, the others act on the one that has the focus.
import { type RefObject, useCallback } from "react";
import type { Alert } from "@/api/wire";
import { useShortcuts } from "@/lib/shortcuts";
import type { MarkEvent } from "./event-card";

const CARD = "article[data-alert-id]";

/** The event that was opened last: coming back, the walk goes on from its card. */
let lastOpened: string | undefined;
export function rememberOpened(id: string): void {
  lastOpened = id;
}

export function useEventKeys(options: {
  area: RefObject<HTMLElement | null>;
  find: (id: string) => Alert | undefined;
  onMark: MarkEvent;
  onShowNew: () => void;
}): void {
  const { area, find, onMark, onShowNew } = options;

  const cards = useCallback(() => [...(area.current?.querySelectorAll<HTMLElement>(CARD) ?? [])], [area]);
  const focused = () => document.activeElement?.closest<HTMLElement>(CARD) ?? null;
  const focus = (card: HTMLElement | undefined) => {
    const link = card?.querySelector("a");
    link?.focus({ preventScroll: true });
    card?.scrollIntoView({ block: "nearest" });
  };
  const step = (by: 1 | -1) => {
    const all = cards();
    const current = focused() ?? all.find((card) => card.dataset.alertId === lastOpened);
    const index = current ? all.indexOf(current) + by : 0;
    focus(all[Math.min(Math.max(index, 0), all.length - 1)]);
  };
  const withFocused = (act: (alert: Alert, card: HTMLElement) => void) => () => {
    const card = focused();
    const alert = card?.dataset.alertId === undefined ? undefined : find(card.dataset.alertId);
    if (card === null || alert === undefined) return false;
    act(alert, card);
    return true;
  };

  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    o: withFocused((_, card) => card.querySelector("a")?.click()),
    e: withFocused((alert) => {
      onMark(alert, { reviewed: !alert.reviewed });
      if (!alert.reviewed) step(1);
    }),
    s: withFocused((alert) => onMark(alert, { starred: !alert.starred })),
    n: onShowNew,
    Escape: withFocused(() => (document.activeElement as HTMLElement | null)?.blur()),
  });
}
