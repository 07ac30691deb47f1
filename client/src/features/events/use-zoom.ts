// Wheel, pinch, drag and double press on the stage. A wheel alone scrolls the page, as long as the whole picture is shown;
// with Ctrl, or once zoomed in, it zooms. A finger that slides over the whole picture goes to the next one.
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import { panBy, type View, WHOLE, zoomAt } from "./zoom";

const STEP = 1.5;
const DOUBLE = 2.5;
const SWIPE_PX = 60;

export function useZoom(stage: RefObject<HTMLElement | null>, onSwipe: (by: 1 | -1) => void) {
  const [view, setView] = useState<View>(WHOLE);
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const start = useRef({ x: 0, y: 0, many: false });
  const zoomed = view.scale > 1;

  const place = (x: number, y: number): [number, number] => {
    const box = stage.current?.getBoundingClientRect();
    if (!box || box.width === 0 || box.height === 0) return [0.5, 0.5];
    return [(x - box.left) / box.width, (y - box.top) / box.height];
  };

  useEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      if (!zoomed && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const px = (event.clientX - box.left) / Math.max(1, box.width);
      const py = (event.clientY - box.top) / Math.max(1, box.height);
      setView((now) => zoomAt(now, Math.exp(-event.deltaY / 300), px, py));
    };
    // Not React's: that one is passive and cannot keep the page where it is.
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [stage, zoomed]);

  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      if ((event.target as Element).closest("button, a")) return;
      pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      start.current = { x: event.clientX, y: event.clientY, many: pointers.current.size > 1 };
      if (zoomed) event.currentTarget.setPointerCapture?.(event.pointerId);
    },
    onPointerMove: (event: PointerEvent) => {
      const before = pointers.current.get(event.pointerId);
      if (before === undefined) return;
      const now = { x: event.clientX, y: event.clientY };
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
      pointers.current.set(event.pointerId, now);
      const box = stage.current?.getBoundingClientRect();
      if (other) {
        const gap = (point: { x: number; y: number }) => Math.hypot(point.x - other.x, point.y - other.y);
        const [px, py] = place((now.x + other.x) / 2, (now.y + other.y) / 2);
        setView((seen) => zoomAt(seen, gap(now) / Math.max(1, gap(before)), px, py));
      } else if (zoomed && box) {
        setView((seen) => panBy(seen, (now.x - before.x) / box.width, (now.y - before.y) / box.height));
      }
    },
    onPointerUp: (event: PointerEvent) => {
      if (!pointers.current.delete(event.pointerId)) return;
      const dx = event.clientX - start.current.x;
      const dy = event.clientY - start.current.y;
      const single = !start.current.many && pointers.current.size === 0;
      if (
        single &&
        !zoomed &&
        event.pointerType !== "mouse" &&
        Math.abs(dx) > SWIPE_PX &&
        Math.abs(dx) > 2 * Math.abs(dy)
      )
        onSwipe(dx < 0 ? 1 : -1);
    },
    onPointerCancel: (event: PointerEvent) => void pointers.current.delete(event.pointerId),
    onDoubleClick: (event: { clientX: number; clientY: number; target: EventTarget }) => {
      if ((event.target as Element).closest("button, a")) return;
      const [px, py] = place(event.clientX, event.clientY);
      setView((now) => (now.scale > 1 ? WHOLE : zoomAt(now, DOUBLE, px, py)));
    },
    onDragStart: (event: { preventDefault: () => void }) => event.preventDefault(),
  };
  return {
    view,
    zoomed,
    handlers,
    zoomIn: () => setView((now) => zoomAt(now, STEP, 0.5, 0.5)),
    zoomOut: () => setView((now) => zoomAt(now, 1 / STEP, 0.5, 0.5)),
    pan: (dx: number, dy: number) => setView((now) => panBy(now, dx, dy)),
    whole: () => setView(WHOLE),
  };
}
