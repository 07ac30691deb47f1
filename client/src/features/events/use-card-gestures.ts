// What a finger does on a card: right is reviewed, left opens the menu, a long press selects, a long press that slides plays
// the event's pictures under the finger. Each has a button or a key of its own, too (WCAG 2.5.7). A mouse that rests on the
// picture plays them by where it stands.
import { type PointerEvent, type RefObject, useRef, useState } from "react";

type Actions = { onRight: () => void; onLeft: () => void; onLongPress: () => void };

const LONG_PRESS_MS = 450;
const HOVER_MS = 180;
const SLOP_PX = 10;
/** A swipe counts from here; below it the card goes back to its place. */
export const SWIPE_PX = 72;

type Touch = { x: number; y: number; mode: "waiting" | "swiping" | "held" | "scrubbing"; dx: number };

/** Handlers for the card, and where in the event's pictures the pointer is: 0 to 1, null for nowhere. */
export function useCardGestures(
  card: RefObject<HTMLElement | null>,
  { onRight, onLeft, onLongPress }: Actions,
) {
  const [scrub, setScrub] = useState<number | null>(null);
  const touch = useRef<Touch | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const swallowClick = useRef(false);

  const fraction = (x: number) => {
    const box = card.current?.getBoundingClientRect();
    return box && box.width > 0 ? Math.min(Math.max((x - box.left) / box.width, 0), 0.999) : 0;
  };
  const shift = (dx: number) => {
    if (!card.current) return;
    card.current.style.transform = dx === 0 ? "" : `translateX(${dx}px)`;
    card.current.dataset.swipe = Math.abs(dx) < SWIPE_PX ? "" : dx > 0 ? "right" : "left";
  };
  const end = () => {
    clearTimeout(timer.current);
    touch.current = null;
    shift(0);
    setScrub(null);
  };

  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      swallowClick.current = false;
      if (event.pointerType === "mouse" || (event.target as Element).closest("button, input")) return;
      touch.current = { x: event.clientX, y: event.clientY, mode: "waiting", dx: 0 };
      timer.current = setTimeout(() => {
        if (touch.current?.mode === "waiting") touch.current.mode = "held";
      }, LONG_PRESS_MS);
    },
    onPointerMove: (event: PointerEvent) => {
      const now = touch.current;
      if (event.pointerType === "mouse") {
        if (scrub !== null) setScrub(fraction(event.clientX));
        return;
      }
      if (now === null) return;
      now.dx = event.clientX - now.x;
      const dy = event.clientY - now.y;
      if (now.mode === "waiting" && Math.abs(dy) > SLOP_PX) return end();
      if (now.mode === "waiting" && Math.abs(now.dx) > SLOP_PX) now.mode = "swiping";
      if (now.mode === "held" && Math.abs(now.dx) > SLOP_PX) now.mode = "scrubbing";
      if (now.mode === "swiping") shift(now.dx);
      if (now.mode === "scrubbing") setScrub(fraction(event.clientX));
    },
    onPointerUp: () => {
      const now = touch.current;
      if (now === null) return;
      swallowClick.current = now.mode !== "waiting";
      end();
      if (now.mode === "held") onLongPress();
      if (now.mode === "swiping" && now.dx >= SWIPE_PX) onRight();
      if (now.mode === "swiping" && now.dx <= -SWIPE_PX) onLeft();
    },
    onPointerCancel: end,
    onPointerEnter: (event: PointerEvent) => {
      if (event.pointerType !== "mouse") return;
      const x = event.clientX;
      timer.current = setTimeout(() => setScrub(fraction(x)), HOVER_MS);
    },
    onPointerLeave: (event: PointerEvent) => {
      if (event.pointerType === "mouse") end();
    },
    onClickCapture: (event: { preventDefault: () => void; stopPropagation: () => void }) => {
      if (!swallowClick.current) return;
      swallowClick.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
    onContextMenu: (event: { preventDefault: () => void }) => {
      if (touch.current !== null) event.preventDefault();
    },
  };
  return { handlers, scrub };
}
