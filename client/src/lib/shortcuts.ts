// Single-key shortcuts that stay out of the way: not while typing, not with a modifier, not behind an open dialog,
// and not at all when the person switched them off (WCAG 2.1.4). `g e` is a sequence: two keys within a second.
import { useEffect, useRef } from "react";
import { preferences } from "./preferences";

/** Key or two-key sequence (`"j"`, `"Enter"`, `"g e"`) -> what it does. Returning false leaves the key to the browser. */
export type Shortcuts = Record<string, (event: KeyboardEvent) => unknown>;

const SEQUENCE_MS = 1000;
const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]";

function isOurs(event: KeyboardEvent, insideDialog: boolean): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
    return false;
  if (event.target instanceof Element && event.target.closest(TYPING)) return false;
  return insideDialog || document.querySelector("dialog[open]") === null;
}

/** Listens while mounted. Pass `insideDialog` for keys that belong to the open dialog itself. */
export function useShortcuts(shortcuts: Shortcuts, { insideDialog = false } = {}): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    let prefix = "";
    let prefixAt = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (!preferences().shortcuts || !isOurs(event, insideDialog)) return;
      const sequence =
        event.timeStamp - prefixAt < SEQUENCE_MS && prefix ? `${prefix} ${event.key}` : event.key;
      const action = latest.current[sequence] ?? latest.current[event.key];
      const begins = Object.keys(latest.current).some((name) => name.startsWith(`${event.key} `));
      prefix = begins ? event.key : "";
      prefixAt = event.timeStamp;
      if (action && action(event) !== false) event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [insideDialog]);
}
