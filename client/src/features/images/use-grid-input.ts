// What hand, touch and keyboard do in the gallery: open, choose one, choose up to here, walk, change the size of the tiles.
import {
  type KeyboardEvent as ReactKeyboardEvent,
  type MouseEvent as ReactMouseEvent,
  type PointerEvent as ReactPointerEvent,
  type RefObject,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { Tile } from "@/api/gallery";
import { type Geometry, type Row, topOf } from "./layout";
import type { Selection } from "./selection";
import type { GalleryScroll } from "./use-gallery-scroll";

const LONG_PRESS_MS = 450;
const STILL_PX = 10;
/** Sticky bars above and below, under which the tile with the keyboard never stands. */
const ABOVE = 150;
const BELOW = 110;
/** Fingers this much further apart, or closer together, are one step of size. */
const PINCH = 1.35;

type GridInput = {
  frame: RefObject<HTMLDivElement | null>;
  geometry: Geometry;
  scroll: GalleryScroll;
  rows: readonly Row[];
  selection: Selection;
  tiles: { known: (ordinal: number) => Tile | undefined };
  onOpen: (id: string) => void;
  onSize: (step: 1 | -1) => void;
};

export function useGridInput({ frame, geometry, scroll, rows, selection, tiles, onOpen, onSize }: GridInput) {
  const [entered, setEntered] = useState(0);
  const wantsFocus = useRef(false);
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
  const swallowClick = useRef(false);
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const spread = useRef(0);

  // The keyboard enters by the tile that it left, or by the first one on the screen.
  const drawn = rows.filter((row) => row.kind === "tiles");
  const firstDrawn = drawn[0] && drawn[0].kind === "tiles" ? drawn[0].section.first + drawn[0].start : null;
  const last = drawn.at(-1);
  const lastDrawn = last?.kind === "tiles" ? last.section.first + last.end - 1 : -1;
  const current = firstDrawn !== null && (entered < firstDrawn || entered > lastDrawn) ? firstDrawn : entered;

  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    const tile = frame.current?.querySelector<HTMLElement>(`[data-at="${entered}"]`);
    if (!tile) return;
    wantsFocus.current = false;
    tile.focus({ preventScroll: true });
  });

  const walk = (to: number) => {
    const target = Math.max(0, Math.min(geometry.count - 1, to));
    const top = topOf(geometry, target);
    const place = scroll.place();
    if (top < place + ABOVE) scroll.goTo(top, ABOVE);
    else if (top + geometry.tileHeight > place + scroll.seen() - BELOW)
      scroll.goTo(top + geometry.tileHeight, scroll.seen() - BELOW);
    wantsFocus.current = true;
    setEntered(target);
    return target;
  };

  const onKeyDown = (event: ReactKeyboardEvent) => {
    const at = ordinalOf(event.target);
    if (at === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = geometry.columns * Math.max(1, Math.floor(scroll.seen() / geometry.tileHeight) - 1);
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -geometry.columns,
      ArrowDown: geometry.columns,
      PageUp: -page,
      PageDown: page,
      Home: -at,
      End: geometry.count - 1 - at,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      const target = walk(at + step);
      if (event.shiftKey) {
        const from = tiles.known(at);
        if (from && selection.tiles.size === 0) selection.toggle(from, at);
        void selection.extend(target);
      }
    } else if (event.key === " ") {
      const tile = tiles.known(at);
      if (tile) selection.toggle(tile, at);
    } else return;
    event.preventDefault();
  };

  const onClick = (event: ReactMouseEvent) => {
    const at = ordinalOf(event.target);
    if (at === null || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (swallowClick.current) {
      swallowClick.current = false;
      return;
    }
    setEntered(at);
    const tile = tiles.known(at);
    if (!tile) return;
    if (event.shiftKey) void selection.extend(at);
    else if (selection.on) selection.toggle(tile, at);
    else onOpen(tile.id);
  };

  const endPress = () => {
    if (press.current) clearTimeout(press.current.timer);
    press.current = null;
  };
  const onPointerDown = (event: ReactPointerEvent) => {
    swallowClick.current = false;
    if (event.pointerType !== "touch") return;
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    endPress();
    if (fingers.current.size === 2) {
      spread.current = apart(fingers.current);
      return;
    }
    const at = ordinalOf(event.target);
    if (at === null) return;
    const timer = setTimeout(() => {
      press.current = null;
      const tile = tiles.known(at);
      if (!tile) return;
      swallowClick.current = true;
      navigator.vibrate?.(10);
      selection.toggle(tile, at);
    }, LONG_PRESS_MS);
    press.current = { timer, x: event.clientX, y: event.clientY };
  };
  const onPointerMove = (event: ReactPointerEvent) => {
    if (event.pointerType !== "touch") return;
    const begun = press.current;
    if (begun && Math.hypot(event.clientX - begun.x, event.clientY - begun.y) > STILL_PX) endPress();
    if (!fingers.current.has(event.pointerId)) return;
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.current.size !== 2) return;
    const now = apart(fingers.current);
    if (now > spread.current * PINCH) onSize(1);
    else if (now < spread.current / PINCH) onSize(-1);
    else return;
    swallowClick.current = true;
    spread.current = now;
  };
  const onPointerUp = (event: ReactPointerEvent) => {
    endPress();
    fingers.current.delete(event.pointerId);
  };
  return {
    current,
    onKeyDown,
    onClick,
    onPointerDown,
    onPointerMove,
    onPointerUp,
    onPointerCancel: onPointerUp,
    // A long press chooses; the browser's own menu would hide that.
    onContextMenu: (event: ReactMouseEvent) => {
      if (swallowClick.current || press.current) event.preventDefault();
    },
  };
}

function ordinalOf(target: EventTarget): number | null {
  const at = target instanceof Element ? target.closest<HTMLElement>("[data-at]")?.dataset.at : undefined;
  return at === undefined ? null : Number(at);
}

function apart(fingers: ReadonlyMap<number, { x: number; y: number }>): number {
  const [one, other] = [...fingers.values()];
  return one && other ? Math.max(1, Math.hypot(one.x - other.x, one.y - other.y)) : 1;
}
