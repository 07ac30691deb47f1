// Areas drawn on the picture. Corners, sides and whole areas are buttons: dragged by mouse or finger, moved by the arrow keys,
// and every corner has its numbers as well.
import { Move, Plus } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import type { Area, Point } from "@/api/camera-settings";
import { cameraSettingsTexts as t } from "@/lib/texts/camera-settings";
import { middleOf, moveArea, movePoint, splitSide, withoutPoint } from "./areas";

export type AreaKind = "zones" | "masks" | "privacy_masks";

const STEP = 0.01;
const BIG_STEP = 0.05;
const KEYS: Record<string, Point> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const LOOK: Record<AreaKind, string> = {
  zones: "fill-ok/20 stroke-ok",
  masks: "fill-bad/25 stroke-bad",
  privacy_masks: "fill-black/85 stroke-white",
};

type AreaEditorProps = {
  areas: Record<AreaKind, Area[]>;
  kind: AreaKind;
  /** Index of the area of that kind that is worked on. */
  chosen: number | null;
  onChoose: (index: number) => void;
  onChange: (areas: Area[]) => void;
  /** The picture below. */
  children: ReactNode;
};

export function AreaEditor({ areas, kind, chosen, onChoose, onChange, children }: AreaEditorProps) {
  const frame = useRef<HTMLDivElement>(null);
  const own = areas[kind];
  const area = chosen === null ? undefined : own[chosen];
  const put = (next: Area) => onChange(own.map((other, index) => (index === chosen ? next : other)));
  const drag = useDrag(frame);

  return (
    <div ref={frame} className="relative select-none overflow-hidden rounded-md bg-tile">
      {children}
      <svg
        aria-hidden="true"
        viewBox="0 0 1 1"
        preserveAspectRatio="none"
        className="absolute inset-0 size-full"
        data-testid="areas"
      >
        {(Object.keys(areas) as AreaKind[]).flatMap((name) =>
          areas[name].map((points, index) => (
            <polygon
              // biome-ignore lint/suspicious/noArrayIndexKey: an area has no other name than its place
              key={`${name} ${index}`}
              points={points.map((point) => point.join(",")).join(" ")}
              vectorEffect="non-scaling-stroke"
              strokeWidth={name === kind && index === chosen ? 3 : 1.5}
              strokeDasharray={name === kind ? undefined : "5 4"}
              className={`${LOOK[name]} ${name === kind ? "pointer-events-auto cursor-pointer" : "pointer-events-none opacity-60"}`}
              onPointerDown={() => name === kind && onChoose(index)}
            />
          )),
        )}
      </svg>
      {area && (
        <>
          {area.map((point, index) => (
            <Side
              // biome-ignore lint/suspicious/noArrayIndexKey: a side is its place
              key={`side ${index}`}
              at={between(point, area[(index + 1) % area.length] ?? point)}
              label={t.addPoint(index + 1)}
              onPress={() => put(splitSide(area, index))}
            />
          ))}
          <Handle
            at={middleOf(area)}
            label={t.moveArea}
            look="size-8 rounded-full bg-surface/90 text-text border border-edge"
            onMove={(by) => put(moveArea(area, by))}
            drag={(event) => {
              const start = area;
              drag(event, (by) => put(moveArea(start, by)));
            }}
          >
            <Move aria-hidden className="size-4" />
          </Handle>
          {area.map((point, index) => (
            <Handle
              // biome-ignore lint/suspicious/noArrayIndexKey: a corner is its place, also while it moves
              key={`corner ${index}`}
              at={point}
              label={t.corner(index + 1, percent(point[0]), percent(point[1]))}
              look="size-4 rounded-full border-2 border-black bg-accent"
              onMove={(by) => put(movePoint(area, index, [point[0] + by[0], point[1] + by[1]]))}
              onRemove={() => put(withoutPoint(area, index))}
              drag={(event) =>
                drag(event, (by) => put(movePoint(area, index, [point[0] + by[0], point[1] + by[1]])))
              }
            />
          ))}
        </>
      )}
    </div>
  );
}

/** Follows a pointer from where it went down; tells how far it went, in fractions of the frame. */
function useDrag(frame: React.RefObject<HTMLDivElement | null>) {
  return (event: PointerEvent<HTMLElement>, onMove: (by: Point) => void) => {
    const box = frame.current?.getBoundingClientRect();
    if (!box || event.button !== 0) return;
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    const begun = { x: event.clientX, y: event.clientY };
    const move = (moved: globalThis.PointerEvent) =>
      onMove([(moved.clientX - begun.x) / box.width, (moved.clientY - begun.y) / box.height]);
    const end = () => {
      target.removeEventListener("pointermove", move);
      target.removeEventListener("pointerup", end);
      target.removeEventListener("pointercancel", end);
    };
    target.addEventListener("pointermove", move);
    target.addEventListener("pointerup", end);
    target.addEventListener("pointercancel", end);
  };
}

type HandleProps = {
  at: Point;
  label: string;
  look: string;
  onMove: (by: Point) => void;
  onRemove?: () => void;
  drag: (event: PointerEvent<HTMLElement>) => void;
  children?: ReactNode;
};

function Handle({ at, label, look, onMove, onRemove, drag, children }: HandleProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const way = KEYS[event.key];
    if (way) {
      const step = event.shiftKey ? BIG_STEP : STEP;
      onMove([way[0] * step, way[1] * step]);
    } else if ((event.key === "Delete" || event.key === "Backspace") && onRemove) onRemove();
    else return;
    event.preventDefault();
  };
  return (
    <button
      type="button"
      aria-label={label}
      aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown"
      onKeyDown={onKeyDown}
      onPointerDown={drag}
      style={place(at)}
      className="-translate-1/2 absolute grid size-11 cursor-move touch-none place-items-center rounded-full focus-visible:z-10"
    >
      <span className={`grid place-items-center ${look}`}>{children}</span>
    </button>
  );
}

function Side({ at, label, onPress }: { at: Point; label: string; onPress: () => void }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onPress}
      style={place(at)}
      className="-translate-1/2 absolute grid size-6 place-items-center rounded-full"
    >
      <span className="grid size-4 place-items-center rounded-full border border-black/60 bg-white/85 text-black">
        <Plus aria-hidden className="size-3" />
      </span>
    </button>
  );
}

const place = ([x, y]: Point) => ({ left: `${x * 100}%`, top: `${y * 100}%` });
const between = (one: Point, other: Point): Point => [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
export const percent = (value: number) => Math.round(value * 1000) / 10;
