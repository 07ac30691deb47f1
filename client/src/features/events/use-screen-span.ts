// Which part of a tall element is on the screen or near it, in steps, so that scrolling draws seldom.
import { type RefObject, useLayoutEffect, useState } from "react";

export type Span = { from: number; to: number; width: number; viewport: number };

const STEP_PX = 256;
/** So much above and below the screen is kept ready. */
const SPARE_PX = 512;

function measure(element: HTMLElement): Span {
  const above = -element.getBoundingClientRect().top;
  const viewport = window.innerWidth;
  return {
    from: Math.floor(above / STEP_PX) * STEP_PX - SPARE_PX,
    to: Math.ceil((above + window.innerHeight) / STEP_PX) * STEP_PX + SPARE_PX,
    width: element.clientWidth || viewport,
    viewport,
  };
}

/** Null before the element is there to be measured. */
export function useScreenSpan(element: RefObject<HTMLElement | null>): Span | null {
  const [span, setSpan] = useState<Span | null>(null);
  useLayoutEffect(() => {
    const renew = () => {
      if (element.current === null) return;
      const next = measure(element.current);
      setSpan((now) =>
        now !== null &&
        now.from === next.from &&
        now.to === next.to &&
        now.width === next.width &&
        now.viewport === next.viewport
          ? now
          : next,
      );
    };
    renew();
    window.addEventListener("scroll", renew, { passive: true });
    window.addEventListener("resize", renew);
    const observer = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(renew);
    if (element.current) observer?.observe(element.current);
    return () => {
      window.removeEventListener("scroll", renew);
      window.removeEventListener("resize", renew);
      observer?.disconnect();
    };
  }, [element]);
  return span;
}
