// Short messages about something the person just did. One at a time, gone by itself; an error stays longer.
import { useSyncExternalStore } from "react";

export type Toast = { text: string; tone: "info" | "bad" };

let current: Toast | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function set(toast: Toast | null): void {
  current = toast;
  for (const listener of listeners) listener();
}

export function toast(text: string, tone: Toast["tone"] = "info"): void {
  clearTimeout(timer);
  set({ text, tone });
  timer = setTimeout(() => set(null), tone === "bad" ? 8000 : 3500);
}

export function dismissToast(): void {
  clearTimeout(timer);
  set(null);
}

export function useToast(): Toast | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
