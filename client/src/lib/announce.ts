// What a screen reader hears of live changes: polite, at most one message in five seconds, the newest one wins.
import { useSyncExternalStore } from "react";

const GAP_MS = 5000;
let message = "";
let spokenAt = Number.NEGATIVE_INFINITY;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function speak(text: string): void {
  message = text;
  spokenAt = Date.now();
  timer = undefined;
  for (const listener of listeners) listener();
}

export function announce(text: string): void {
  clearTimeout(timer);
  timer = setTimeout(() => speak(text), Math.max(0, spokenAt + GAP_MS - Date.now()));
}

/** The text that the page's one live region holds. */
export function useAnnouncement(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => message,
  );
}
