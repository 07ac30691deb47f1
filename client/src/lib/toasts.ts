// Short messages about something the person just did. One at a time, gone by itself; an error stays longer.
import { useSyncExternalStore } from "react";

export type Toast = { text: string; tone: "info" | "bad"; action?: ToastAction | undefined };
/** A way back, or on: pressing it also dismisses the message. */
export type ToastAction = { label: string; run: () => void };

let current: Toast | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function set(toast: Toast | null): void {
  current = toast;
  for (const listener of listeners) listener();
}

export function toast(text: string, tone: Toast["tone"] = "info", action?: ToastAction): void {
  clearTimeout(timer);
  set({ text, tone, action });
  timer = setTimeout(() => set(null), action ? 12_000 : tone === "bad" ? 8000 : 3500);
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
