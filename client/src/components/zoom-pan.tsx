// A picture that can be looked at closely: wheel, two fingers, double click or the buttons zoom, a drag moves it. At its
// usual size a swipe to the side is told to whoever shows it.
import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { zoomTexts } from "@/lib/texts/zoom";
import { IconButton } from "./button";

const MOST = 8;
const STEP = 1.6;
const SWIPE_PX = 60;

type Look = { zoom: number; x: number; y: number };
const USUAL: Look = { zoom: 1, x: 0, y: 0 };

type ZoomPanProps = {
  children: ReactNode;
  className?: string;
  onSwipe?: (to: "left" | "right") => void;
  /** Places the buttons. */
  buttonsClass?: string;
};

export function ZoomPan({ children, className = "", onSwipe, buttonsClass = "" }: ZoomPanProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [look, setLook] = useState<Look>(USUAL);
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const begun = useRef({ x: 0, y: 0 });

  /** Zooms so that what lies under a point of the screen stays under it. */
  const zoomBy = (factor: number, clientX?: number, clientY?: number) => {
    const box = frame.current?.getBoundingClientRect();
    if (!box) return;
    const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    const from = { x: (clientX ?? middle.x) - middle.x, y: (clientY ?? middle.y) - middle.y };
    setLook((before) => {
      const zoom = Math.max(1, Math.min(MOST, before.zoom * factor));
      const scale = zoom / before.zoom;
      return within(
        { zoom, x: from.x - (from.x - before.x) * scale, y: from.y - (from.y - before.y) * scale },
        box,
      );
    });
  };
  const zoomRef = useRef(zoomBy);
  useEffect(() => {
    zoomRef.current = zoomBy;
  });
  useEffect(() => {
    const node = frame.current;
    // Not by React, whose wheel listeners cannot keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      zoomRef.current(Math.exp(-event.deltaY / 400), event.clientX, event.clientY);
    };
    node?.addEventListener("wheel", onWheel, { passive: false });
    return () => node?.removeEventListener("wheel", onWheel);
  }, []);

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.current.size === 1) begun.current = { x: event.clientX, y: event.clientY };
  };
  const onPointerMove = (event: PointerEvent) => {
    const before = fingers.current.get(event.pointerId);
    const box = frame.current?.getBoundingClientRect();
    if (!before || !box) return;
    const now = { x: event.clientX, y: event.clientY };
    if (fingers.current.size === 2) {
      const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const was = Math.hypot(before.x - other.x, before.y - other.y);
        zoomBy(
          Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, was),
          (now.x + other.x) / 2,
          (now.y + other.y) / 2,
        );
      }
    } else if (look.zoom > 1) {
      setLook((known) =>
        within({ ...known, x: known.x + now.x - before.x, y: known.y + now.y - before.y }, box),
      );
    }
    fingers.current.set(event.pointerId, now);
  };
  const onPointerUp = (event: PointerEvent) => {
    const alone = fingers.current.delete(event.pointerId) && fingers.current.size === 0;
    const moved = event.clientX - begun.current.x;
    const upright = Math.abs(event.clientY - begun.current.y) > Math.abs(moved);
    if (event.type === "pointerup" && alone && look.zoom === 1 && !upright && Math.abs(moved) > SWIPE_PX)
      onSwipe?.(moved < 0 ? "left" : "right");
  };
  return (
    <div className={`relative ${className}`}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: everything it does has a button as well */}
      <div
        ref={frame}
        className={`grid size-full touch-none content-center overflow-hidden ${look.zoom > 1 ? "cursor-grab active:cursor-grabbing" : ""}`}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerUp}
        onPointerLeave={onPointerUp}
        onDoubleClick={(event) =>
          look.zoom > 1 ? setLook(USUAL) : zoomBy(STEP * STEP, event.clientX, event.clientY)
        }
      >
        <div
          data-testid="zoomed"
          style={{ transform: `translate(${look.x}px, ${look.y}px) scale(${look.zoom})` }}
        >
          {children}
        </div>
      </div>
      <div className={`absolute flex rounded-md bg-black/55 ${buttonsClass}`}>
        <IconButton
          icon={ZoomOut}
          label={zoomTexts.out}
          tone="text-white"
          disabled={look.zoom === 1}
          onClick={() => zoomBy(1 / STEP)}
        />
        <IconButton
          icon={ZoomIn}
          label={zoomTexts.in}
          tone="text-white"
          disabled={look.zoom === MOST}
          onClick={() => zoomBy(STEP)}
        />
        {look.zoom > 1 && (
          <IconButton
            icon={Maximize}
            label={zoomTexts.whole}
            tone="text-white"
            onClick={() => setLook(USUAL)}
          />
        )}
      </div>
    </div>
  );
}

/** No further than to the picture's edge. */
function within({ zoom, x, y }: Look, { width, height }: DOMRect): Look {
  const roomX = (width * (zoom - 1)) / 2;
  const roomY = (height * (zoom - 1)) / 2;
  return { zoom, x: Math.max(-roomX, Math.min(roomX, x)), y: Math.max(-roomY, Math.min(roomY, y)) };
}
