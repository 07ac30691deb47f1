// Keyboard review of the list: j and k walk the events, the others act on the one where the walk is. The walk is over the
// list, not over what happens to be drawn, and goes on from the event that was opened last.
import { useEffect, useRef } from "react";
import type { Alert } from "@/api/wire";
import { useShortcuts } from "@/lib/shortcuts";

const CARD = "article[data-alert-id]";

let lastOpened: string | undefined;
export function rememberOpened(id: string): void {
  lastOpened = id;
}

export type EventKeyActions = {
  reveal: (id: string) => void;
  open: (id: string) => void;
  review: (alert: Alert, reviewed: boolean) => void;
  star: (alert: Alert) => void;
  remove: (alert: Alert) => void;
  download: (alert: Alert) => void;
  select: (alert: Alert) => void;
  /** Plays the pictures of an event; null stops. */
  play: (id: string | null) => void;
  showNew: () => void;
  /** First to stop or deselect something; false when there was nothing. */
  leave: () => boolean;
};

const focusedId = () => document.activeElement?.closest<HTMLElement>(CARD)?.dataset.alertId;

export function useEventKeys(alerts: readonly Alert[], playing: string | null, act: EventKeyActions): void {
  const current = useRef<string | undefined>(undefined);
  useEffect(() => {
    const follow = () => {
      current.current = focusedId() ?? current.current;
    };
    document.addEventListener("focusin", follow);
    return () => document.removeEventListener("focusin", follow);
  }, []);

  const step = (by: 1 | -1) => {
    const from = alerts.findIndex(({ id }) => id === (current.current ?? lastOpened));
    const next = alerts[from === -1 ? 0 : Math.min(Math.max(from + by, 0), alerts.length - 1)];
    if (next === undefined) return;
    current.current = next.id;
    if (playing !== null) act.play(null);
    act.reveal(next.id);
  };
  // Only where the walk is: a key must not act on an event that nobody sees to be chosen.
  const here = (run: (alert: Alert) => unknown) => () => {
    const away = document.activeElement !== document.body && focusedId() === undefined;
    const alert = away ? undefined : alerts.find(({ id }) => id === current.current);
    return alert === undefined ? false : run(alert);
  };
  const review = (reviewed: boolean) => (alert: Alert) => {
    if (alert.reviewed !== reviewed) act.review(alert, reviewed);
    if (reviewed) step(1);
  };

  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    o: here((alert) => act.open(alert.id)),
    e: here(review(true)),
    u: here(review(false)),
    s: here(act.star),
    d: here(act.download),
    x: here(act.select),
    "#": here(act.remove),
    Delete: here(act.remove),
    " ": here((alert) => act.play(playing === alert.id ? null : alert.id)),
    n: act.showNew,
    "/": () => document.querySelector<HTMLElement>('[data-testid="filters"] select')?.focus(),
    Escape: () => {
      if (act.leave()) return true;
      if (current.current === undefined) return false;
      current.current = undefined;
      (document.activeElement as HTMLElement | null)?.blur();
      return true;
    },
  });
}
