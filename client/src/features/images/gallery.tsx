// Joins the gallery's parts: geometry, scrolling, choosing, the time line. Its place is kept when the tiles change their
// size or the window its width.
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useCameraNames } from "@/api/cameras";
import type { DayCount } from "@/api/gallery";
import type { ImageFilter } from "@/api/keys";
import { useSession } from "@/api/session";
import { GalleryGrid } from "./gallery-grid";
import { type Geometry, layOut, ordinalAt, topOf } from "./layout";
import { Scrubber, UNDER_BAR } from "./scrubber";
import type { ImagesSearch } from "./search";
import { useSelection } from "./selection";
import { SelectionBar } from "./selection-bar";
import { changeTileSize, useTileSize } from "./tile-size";
import { useTiles } from "./use-buckets";
import { useGalleryScroll } from "./use-gallery-scroll";

const USUAL_WIDTH = 360;

type GalleryProps = {
  days: readonly DayCount[];
  filter: ImageFilter;
  search: ImagesSearch;
  timeZone: string;
  today: string;
  /** The head of the page; it is given the way to choosing. */
  children: (select: () => void) => ReactNode;
};

export function Gallery({ days, filter, search, timeZone, today, children }: GalleryProps) {
  const navigate = useNavigate({ from: "/gallery" });
  const frame = useRef<HTMLDivElement>(null);
  const size = useTileSize();
  const [width, setWidth] = useState(0);
  const geometry = useMemo(() => layOut(days, width || USUAL_WIDTH, size), [days, width, size]);
  const scroll = useGalleryScroll(frame, geometry.height);
  if (scroll.width !== width && scroll.width > 0) setWidth(scroll.width);
  useStandingPlace(geometry, scroll, width);

  const tiles = useTiles(filter, geometry);
  const selection = useSelection(tiles.between);
  const cameraName = useCameraNames();
  const mayChange = useSession().user.role !== "viewer";
  const query = useMemo(() => {
    const text = new URLSearchParams(
      Object.entries(search).map(([name, value]) => [name, String(value)]),
    ).toString();
    return text ? `?${text}` : "";
  }, [search]);
  const onOpen = (imageId: string) =>
    void navigate({ to: "/gallery/$imageId", params: { imageId }, search, resetScroll: false });
  return (
    <>
      {children(selection.begin)}
      <div className="lg:pr-14">
        <GalleryGrid
          {...{
            frame,
            geometry,
            scroll,
            days,
            filter,
            selection,
            tiles,
            cameraName,
            timeZone,
            today,
            query,
            onOpen,
          }}
          onSize={changeTileSize}
        />
      </div>
      {width > 0 && geometry.height > 2 * scroll.seen() && <Scrubber {...{ geometry, scroll, today }} />}
      {selection.on && <SelectionBar selection={selection} mayChange={mayChange} />}
    </>
  );
}

/** Keeps the picture under the bar where it is when columns change. */
function useStandingPlace(
  geometry: Geometry,
  scroll: { place: () => number; goTo: (place: number, below?: number) => void },
  width: number,
) {
  const before = useRef({ geometry, place: 0, width: 0 });
  const { place, goTo } = scroll;
  useLayoutEffect(() => {
    const known = before.current;
    const changed = known.geometry.columns !== geometry.columns || known.width !== width;
    if (known.width > 0 && changed && known.place > 0) {
      const ordinal = ordinalAt(known.geometry, known.place + UNDER_BAR);
      const inRow = known.place + UNDER_BAR - topOf(known.geometry, ordinal);
      goTo(topOf(geometry, ordinal) + inRow, UNDER_BAR);
    }
    before.current = { geometry, place: place(), width };
  }, [geometry, width, place, goTo]);
  useLayoutEffect(() => {
    const note = () => {
      before.current.place = place();
    };
    window.addEventListener("scroll", note, { passive: true });
    return () => window.removeEventListener("scroll", note);
  }, [place]);
}
