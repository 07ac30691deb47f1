// The gallery's tiles by day. Holds a few screens of elements, however many pictures there are.
import { Link } from "@tanstack/react-router";
import { Star } from "lucide-react";
import { memo, useMemo, useRef } from "react";
import { thumbnailUrl } from "@/api/images";
import type { Image } from "@/api/wire";
import { Picture } from "@/components/picture";
import { addDays, clockTime, dayName, dayOf } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { GAP, layOut, type Row, rowsBetween } from "./layout";
import type { ImagesSearch } from "./search";
import { useWindow } from "./use-window";

type ImageGridProps = {
  images: readonly Image[];
  cameraName: (id: string) => string;
  timeZone: string;
  today: string;
  search: ImagesSearch;
};

export function ImageGrid({ images, cameraName, timeZone, today, search }: ImageGridProps) {
  const frame = useRef<HTMLDivElement>(null);
  const span = useWindow(frame);
  const days = useMemo(() => images.map((image) => dayOf(image.timestamp, timeZone)), [images, timeZone]);
  const layout = useMemo(() => layOut(days, span.width || 360), [days, span.width]);
  const rows = span.width === 0 ? [] : rowsBetween(layout.rows, span.from, span.to);
  return (
    <div ref={frame} className="-mx-4 relative sm:mx-0" style={{ height: layout.height }}>
      {rows.map((row) =>
        row.kind === "day" ? (
          <DayTitle key={row.day} row={row} today={today} />
        ) : (
          <ul
            key={images[row.start]?.id}
            className="absolute inset-x-0 flex"
            style={{ top: row.top, height: row.height, gap: GAP }}
          >
            {images.slice(row.start, row.end).map((image) => (
              <li key={image.id} style={{ width: layout.tileWidth }}>
                <Tile
                  image={image}
                  cameraName={cameraName(image.camera_id)}
                  timeZone={timeZone}
                  search={search}
                />
              </li>
            ))}
          </ul>
        ),
      )}
    </div>
  );
}

function DayTitle({ row, today }: { row: Extract<Row, { kind: "day" }>; today: string }) {
  const yesterday = addDays(today, -1);
  const name =
    row.day === today
      ? texts.time.today
      : row.day === yesterday
        ? texts.time.yesterday
        : dayName(row.day, today);
  return (
    <h2
      className="absolute inset-x-0 flex items-end px-4 pb-2.5 font-semibold text-base sm:px-0"
      style={{ top: row.top, height: row.height }}
    >
      {name}
    </h2>
  );
}

type TileProps = { image: Image; cameraName: string; timeZone: string; search: ImagesSearch };

const Tile = memo(function Tile({ image, cameraName, timeZone, search }: TileProps) {
  const time = clockTime(image.timestamp, timeZone, true);
  return (
    <Link
      to="/gallery/$imageId"
      params={{ imageId: image.id }}
      search={search}
      resetScroll={false}
      data-image-id={image.id}
      className="group -outline-offset-2 relative block size-full overflow-hidden sm:rounded-sm"
    >
      <Picture
        src={thumbnailUrl(image.id)}
        alt={texts.picture.alt(cameraName, time)}
        color={image.average_color}
        eager
      />
      <span
        aria-hidden
        className="absolute bottom-1 left-1 rounded-sm bg-black/70 px-1 text-white text-xs tabular-nums opacity-0 transition-opacity duration-150 group-hover:opacity-100 group-focus-visible:opacity-100"
      >
        {time}
      </span>
      {image.starred && (
        <span className="absolute top-1 right-1 rounded-sm bg-black/70 p-1">
          <Star aria-hidden className="size-3.5 fill-accent text-accent" />
          <span className="sr-only">{texts.events.starred}</span>
        </span>
      )}
      {image.damaged && (
        <span className="absolute top-1 left-1 rounded-sm bg-bad-soft px-1.5 py-0.5 text-text text-xs">
          {texts.picture.damaged}
        </span>
      )}
    </Link>
  );
});
