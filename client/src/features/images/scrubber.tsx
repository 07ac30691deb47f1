// The time line at the right: every day stands where its pictures stand. Dragged, or by keys from day to day; a bubble
// says where one is.
import { useEffect, useRef, useState } from "react";
import { dayName, hourName, monthName } from "@/lib/site-time";
import { imagesTexts } from "@/lib/texts/images";
import { dayWords } from "./gallery-grid";
import { type Geometry, type Section, sectionAt } from "./layout";
import type { GalleryScroll } from "./use-gallery-scroll";

const LABEL_PX = 30;
/** Where a day's title stands when it was gone to: below the sticky bar. */
export const UNDER_BAR = 76;

type ScrubberProps = { geometry: Geometry; scroll: GalleryScroll; today: string };

export function Scrubber({ geometry, scroll, today }: ScrubberProps) {
  const track = useRef<HTMLDivElement>(null);
  const [length, setLength] = useState(0);
  const [at, setAt] = useState(0);
  const [dragged, setDragged] = useState<number | null>(null);
  useEffect(() => {
    const node = track.current;
    if (node === null) return;
    const observer = new ResizeObserver(() => setLength(node.clientHeight));
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    let frame = 0;
    const follow = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        const now = Math.max(0, scroll.place() + UNDER_BAR);
        // Drawn anew for another day or another pixel of the line, not for each of the gallery's.
        setAt((before) =>
          Math.abs(now - before) * length < geometry.height &&
          sectionAt(geometry, now) === sectionAt(geometry, before)
            ? before
            : now,
        );
      });
    };
    follow();
    window.addEventListener("scroll", follow, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", follow);
    };
  }, [scroll.place, geometry, length]);

  const place = dragged ?? at;
  const section = sectionAt(geometry, place);
  if (section === undefined) return null;
  const days = geometry.sections.filter((one) => one.opensDay);
  const day = days.findLastIndex((one) => one.top <= place);

  const goToDay = (index: number) => {
    const target = days[Math.max(0, Math.min(days.length - 1, index))];
    if (target) scroll.goTo(target.top, target.top === 0 ? 0 : UNDER_BAR);
  };
  const monthAway = (step: 1 | -1) => {
    const month = days[day]?.day.slice(0, 7) ?? "";
    if (step === 1) return days.findIndex((one) => one.day.slice(0, 7) < month);
    const before = days.findLastIndex((one) => one.day.slice(0, 7) > month);
    return days.findIndex((one) => one.day.slice(0, 7) === days[before]?.day.slice(0, 7));
  };
  const drag = (clientY: number) => {
    const box = track.current?.getBoundingClientRect();
    if (!box) return;
    const share = Math.max(0, Math.min(1, (clientY - box.top) / box.height));
    const target = share * geometry.height;
    setDragged(target);
    scroll.goTo(target, UNDER_BAR);
  };
  const y = (share: number) => `${Math.min(1, Math.max(0, share)) * 100}%`;
  return (
    <div className="fixed top-60 right-0 bottom-24 z-10 w-11 select-none lg:top-36 lg:right-1 lg:bottom-8 lg:w-18">
      <div
        ref={track}
        role="slider"
        tabIndex={0}
        aria-label={imagesTexts.goToDay}
        aria-orientation="vertical"
        aria-valuemin={1}
        aria-valuemax={days.length}
        aria-valuenow={day + 1}
        aria-valuetext={dayWords(section.day, today)}
        className="group relative h-full cursor-ns-resize touch-none rounded-md"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drag(event.clientY);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) drag(event.clientY);
        }}
        onPointerUp={() => setDragged(null)}
        onPointerCancel={() => setDragged(null)}
        onKeyDown={(event) => {
          const steps: Record<string, () => number> = {
            ArrowDown: () => day + 1,
            ArrowRight: () => day + 1,
            ArrowUp: () => day - 1,
            ArrowLeft: () => day - 1,
            PageDown: () => (monthAway(1) === -1 ? days.length - 1 : monthAway(1)),
            PageUp: () => Math.max(0, monthAway(-1)),
            Home: () => 0,
            End: () => days.length - 1,
          };
          const step = steps[event.key];
          if (step === undefined) return;
          event.preventDefault();
          goToDay(step());
        }}
      >
        <span
          aria-hidden
          className="absolute inset-y-0 right-2 w-0.5 rounded-full bg-line max-lg:opacity-0"
        />
        {labels(days, geometry.height, length).map(({ section: one, text, share }) => (
          <span
            key={one.key}
            aria-hidden
            className="-translate-y-1/2 absolute right-5 whitespace-nowrap text-muted text-xs max-lg:hidden"
            style={{ top: y(share) }}
          >
            {text}
          </span>
        ))}
        <span
          aria-hidden
          className="-translate-y-1/2 absolute right-0.5 h-11 w-3.5 rounded-full border border-edge bg-raised transition-colors duration-150 group-hover:bg-accent lg:h-3.5"
          style={{ top: y(place / geometry.height) }}
        />
        {dragged !== null && (
          <span
            aria-hidden
            data-testid="scrub-bubble"
            className="-translate-y-1/2 absolute right-full mr-1 whitespace-nowrap rounded-full bg-accent px-3.5 py-2 font-semibold text-on-accent text-sm shadow-black/40 shadow-lg"
            style={{ top: y(place / geometry.height) }}
          >
            {bubble(section, today)}
          </span>
        )}
      </div>
    </div>
  );
}

function bubble({ day, hour }: Section, today: string): string {
  const name = dayName(day, today);
  return hour === null ? name : `${name}, ${hourName(hour)}`;
}

type Label = { section: Section; text: string; share: number };

/** Years and months where they begin, or days while there is room for them; never closer than they can be read. */
function labels(days: readonly Section[], height: number, length: number): Label[] {
  const months = new Set(days.map(({ day }) => day.slice(0, 7))).size > 2;
  const found: Label[] = [];
  let month = "";
  let last = Number.NEGATIVE_INFINITY;
  for (const section of days) {
    const share = section.top / height;
    const opens = section.day.slice(0, 7) !== month;
    month = section.day.slice(0, 7);
    if ((months && !opens) || share * length < last + LABEL_PX) continue;
    last = share * length;
    found.push({ section, share, text: monthName(section.day, !months) });
  }
  return found;
}
