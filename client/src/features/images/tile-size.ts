// How large the tiles are on this device: kept where storage allows it, and told to everything that shows them.
import { useSyncExternalStore } from "react";
import { TILE_SIZES, USUAL_TILE_SIZE } from "./layout";

const KEY = "picam.tiles";
const listeners = new Set<() => void>();
let current = read();

function read(): number {
  try {
    const kept = Number(localStorage.getItem(KEY) ?? USUAL_TILE_SIZE);
    return Number.isInteger(kept) && kept >= 0 && kept < TILE_SIZES ? kept : USUAL_TILE_SIZE;
  } catch {
    return USUAL_TILE_SIZE;
  }
}

export function changeTileSize(step: 1 | -1): void {
  const next = Math.max(0, Math.min(TILE_SIZES - 1, current + step));
  if (next === current) return;
  current = next;
  try {
    localStorage.setItem(KEY, String(next));
  } catch {
    // It holds until the page is closed.
  }
  for (const listener of listeners) listener();
}

export function useTileSize(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
