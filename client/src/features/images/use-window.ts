// What part of a long element is on the screen, in steps, so that scrolling does not draw on every pixel.
import { type RefObject, useLayoutEffect, useState } from "react";

const STEP = 200;
const OVERSCAN = 600;

export type Span = { width: number; from: number; to: number };

/** Width of the element and the span of its height to draw; width is 0 before it was measured. */
export function useWindow(element: RefObject<HTMLElement | null>): Span {
  const [span, setSpan] = useState<Span>({ width: 0, from: 0, to: 0 });
  useLayoutEffect(() => {
    const node = element.current;
    if (node === null) return;
    const measure = () => {
      const { top, width } = node.getBoundingClientRect();
      const from = Math.floor((-top - OVERSCAN) / STEP) * STEP;
      const to = Math.ceil((window.innerHeight - top + OVERSCAN) / STEP) * STEP;
      setSpan((before) =>
        before.width === width && before.from === from && before.to === to ? before : { width, from, to },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    window.addEventListener("scroll", measure, { passive: true });
    window.addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      window.removeEventListener("scroll", measure);
      window.removeEventListener("resize", measure);
    };
  }, [element]);
  return span;
}
