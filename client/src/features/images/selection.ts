// Which pictures are chosen: one by one, or from one to another.
import { useCallback, useRef, useState } from "react";
import type { Tile } from "@/api/gallery";
import { imagesTexts } from "@/lib/texts/images";
import { toast } from "@/lib/toasts";

/** As many as the server deletes or packs in one call. */
export const MOST_SELECTED = 500;

export type Selection = {
  tiles: ReadonlyMap<string, Tile>;
  /** Whether a press chooses instead of opening. */
  on: boolean;
  begin: () => void;
  clear: () => void;
  /** Chooses a picture, or no longer. */
  toggle: (tile: Tile, ordinal: number) => void;
  /** Chooses everything from the last one that was pressed to this one. */
  extend: (ordinal: number) => Promise<void>;
  add: (tiles: readonly Tile[]) => void;
  drop: (ids: readonly string[]) => void;
};

export function useSelection(between: (from: number, to: number) => Promise<Tile[]>): Selection {
  const [tiles, setTiles] = useState<ReadonlyMap<string, Tile>>(new Map());
  const [on, setOn] = useState(false);
  const anchor = useRef<number | null>(null);

  const add = useCallback((more: readonly Tile[]) => {
    setOn(true);
    setTiles((before) => {
      const after = new Map(before);
      for (const tile of more) {
        if (after.size >= MOST_SELECTED && !after.has(tile.id)) {
          queueMicrotask(() => toast(imagesTexts.mostSelected(MOST_SELECTED)));
          break;
        }
        after.set(tile.id, tile);
      }
      return after;
    });
  }, []);
  const drop = useCallback((ids: readonly string[]) => {
    setTiles((before) => {
      const after = new Map(before);
      for (const id of ids) after.delete(id);
      if (after.size === 0) setOn(false);
      return after;
    });
  }, []);
  const toggle = useCallback(
    (tile: Tile, ordinal: number) => {
      anchor.current = ordinal;
      if (tiles.has(tile.id)) drop([tile.id]);
      else add([tile]);
    },
    [tiles, add, drop],
  );
  const extend = useCallback(
    async (ordinal: number) => {
      const from = anchor.current ?? ordinal;
      const low = Math.min(from, ordinal);
      const high = Math.max(from, ordinal);
      anchor.current ??= ordinal;
      // One more than may be chosen, so that it is said when that is too many.
      add(
        await between(
          from < ordinal ? low : Math.max(low, high - MOST_SELECTED),
          Math.min(high, low + MOST_SELECTED),
        ),
      );
    },
    [add, between],
  );
  const clear = useCallback(() => {
    setTiles(new Map());
    setOn(false);
    anchor.current = null;
  }, []);
  return { tiles, on, begin: useCallback(() => setOn(true), []), clear, toggle, extend, add, drop };
}
