// What a person chose on this device: theme and single-key shortcuts. Kept in localStorage (nothing secret is), and
// only in memory where storage is switched off. `public/theme.js` reads the theme before the first paint.
import { useSyncExternalStore } from "react";

export type Theme = "system" | "dark" | "light";
export type Preferences = { theme: Theme; shortcuts: boolean };

const KEYS = { theme: "picam.theme", shortcuts: "picam.shortcuts" } as const;

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private mode or full storage: the choice holds until the page is closed.
  }
}

function load(): Preferences {
  const theme = read(KEYS.theme);
  return {
    theme: theme === "dark" || theme === "light" ? theme : "system",
    shortcuts: read(KEYS.shortcuts) !== "off",
  };
}

let current = load();
const listeners = new Set<() => void>();

export function preferences(): Preferences {
  return current;
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  write(KEYS.theme, current.theme);
  write(KEYS.shortcuts, current.shortcuts ? "on" : "off");
  const { classList } = document.documentElement;
  classList.toggle("theme-dark", current.theme === "dark");
  classList.toggle("theme-light", current.theme === "light");
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, preferences);
}
