// Whether the server speaks to this page right now; the banner in the shell shows it.
import { useSyncExternalStore } from "react";

/** `away` carries since when what is on the screen is no longer sure to be the newest. */
export type Connection = { state: "connecting" } | { state: "live" } | { state: "away"; asOf: Date };

let current: Connection = { state: "connecting" };
let lastLiveAt = new Date();
const listeners = new Set<() => void>();

function set(next: Connection): void {
  current = next;
  for (const listener of listeners) listener();
}

export function markLive(): void {
  if (current.state !== "live") set({ state: "live" });
}

export function markAway(): void {
  if (current.state === "away") return;
  if (current.state === "live") lastLiveAt = new Date();
  set({ state: "away", asOf: lastLiveAt });
}

/** The page began without the server, with what was kept at a time. */
export function markStored(at: Date): void {
  lastLiveAt = at;
  set({ state: "away", asOf: at });
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
