// Where the gallery is scrolled to, in steps, so that scrolling does not draw on every pixel; how fast, so that nothing
// is asked for that flies past; and ways to go to a place.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { ScrollSpace, tallest } from "./scroll-space";

const STEP = 200;
const OVERSCAN = 400;
/** Faster than this nobody sees a picture: none is asked for. */
const FAST_PX_PER_S = 6000;
/** After this long without movement the gallery stands. */
const STANDS_MS = 90;
/** And after this long the place on the page may be put right without a hand on it. */
const RESTS_MS = 200;

export type View = {
  /** Width of the gallery; 0 before it was measured. */
  width: number;
  /** Span of the gallery to draw. */
  from: number;
  to: number;
  /** What to take from a place in the gallery for its place in the element. */
  offset: number;
  fast: boolean;
};
export type GalleryScroll = View & {
  /** Height of the element. */
  page: number;
  /** Place in the gallery at the upper edge of the screen, now. */
  place: () => number;
  /** Scrolls so that this place stands `below` pixels below the upper edge of the screen. */
  goTo: (place: number, below?: number) => void;
  seen: () => number;
};

export function useGalleryScroll(element: RefObject<HTMLElement | null>, height: number): GalleryScroll {
  const [view, setView] = useState<View>({ width: 0, from: 0, to: 0, offset: 0, fast: false });
  const page = Math.min(height, tallest(globalThis.devicePixelRatio ?? 1));
  const space = useRef(new ScrollSpace(0, 0, 1));
  const moving = useRef({ at: 0, place: 0, fast: false });

  const top = useCallback(
    () => (element.current?.getBoundingClientRect().top ?? 0) + window.scrollY,
    [element],
  );
  const draw = useCallback(() => {
    const node = element.current;
    if (node === null) return;
    const box = node.getBoundingClientRect();
    const place = space.current.scrolled(-box.top);
    const from = Math.floor((place - OVERSCAN) / STEP) * STEP;
    const to = Math.ceil((place + window.innerHeight + OVERSCAN) / STEP) * STEP;
    const next: View = {
      width: box.width,
      from,
      to,
      offset: space.current.offset,
      fast: moving.current.fast,
    };
    setView((before) => (same(before, next) ? before : next));
  }, [element]);

  const goTo = useCallback(
    (place: number, below = 0) => {
      // Up to a whole pixel, as the browser keeps places: rounded down, it could be the day above.
      const target = Math.ceil(space.current.placeFor(Math.max(0, place - below)));
      // Not a fling: what is asked for here is wanted.
      moving.current = { at: performance.now(), place: target, fast: false };
      window.scrollTo({ top: top() + (place - below <= 0 ? Math.min(0, place - below) : target) });
      draw();
    },
    [top, draw],
  );

  // Before the first draw of a new height, so that a place is never looked for in the old one.
  useLayoutEffect(() => {
    const before = space.current;
    if (before.height === height && before.page === page && before.seen === window.innerHeight) return;
    space.current = new ScrollSpace(height, page, window.innerHeight);
    draw();
  }, [height, page, draw]);

  useEffect(() => {
    const node = element.current;
    if (node === null) return;
    let stands: ReturnType<typeof setTimeout> | undefined;
    let rests: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      const now = performance.now();
      const { at, place } = moving.current;
      const moved = Math.abs(window.scrollY - place);
      const took = Math.max(1, now - at);
      // The first step after a rest says nothing about the pace, unless it is a leap.
      const pace = took > STANDS_MS ? moved / STANDS_MS : moved / took;
      moving.current = { at: now, place: window.scrollY, fast: pace * 1000 > FAST_PX_PER_S };
      clearTimeout(stands);
      clearTimeout(rests);
      stands = setTimeout(() => {
        moving.current.fast = false;
        draw();
      }, STANDS_MS);
      if (space.current.compressed) rests = setTimeout(putRight, RESTS_MS);
      draw();
    };
    const putRight = () => {
      const box = node.getBoundingClientRect();
      if (box.top >= 0) return;
      const place = -box.top;
      const target = space.current.placeFor(place + space.current.offset);
      if (Math.abs(target - place) > 1) window.scrollTo({ top: target + box.top + window.scrollY });
      draw();
    };
    const onResize = () => {
      space.current = new ScrollSpace(space.current.height, space.current.page, window.innerHeight);
      draw();
    };
    moving.current = { at: 0, place: window.scrollY, fast: false };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(node);
    window.addEventListener("scroll", onScroll, { passive: true });
    window.addEventListener("resize", onResize);
    return () => {
      clearTimeout(stands);
      clearTimeout(rests);
      observer.disconnect();
      window.removeEventListener("scroll", onScroll);
      window.removeEventListener("resize", onResize);
    };
  }, [element, draw]);

  const place = useCallback(() => {
    const box = element.current?.getBoundingClientRect();
    return box === undefined ? 0 : -box.top + space.current.offset;
  }, [element]);
  const seen = useCallback(() => window.innerHeight, []);
  return { ...view, page, place, goTo, seen };
}

function same(a: View, b: View): boolean {
  return (
    a.width === b.width && a.from === b.from && a.to === b.to && a.offset === b.offset && a.fast === b.fast
  );
}
