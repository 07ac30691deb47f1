// One row of the gallery. Until its pictures are known it is one element; while it flies past it shows their colours; a
// picture that was not finished when its row leaves is no longer asked for, so that it is not in the way of others.
import { Check, Star } from "lucide-react";
import { memo, useState } from "react";
import type { Bucket, Tile } from "@/api/gallery";
import { thumbnailUrl } from "@/api/images";
import { clockTime } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { eventsTexts } from "@/lib/texts/events";
import { GAP, type Section } from "./layout";
import { tileIn } from "./use-buckets";

const RETRY_MS = [700, 2500] as const;

type TileRowProps = {
  section: Section;
  start: number;
  end: number;
  top: number;
  height: number;
  columns: number;
  bucket: Bucket | undefined;
  /** Whether the pictures themselves are wanted. */
  load: boolean;
  /** Ordinal of the tile that the keyboard enters by, when it is in this row. */
  current: number | null;
  selected: ReadonlyMap<string, Tile>;
  selecting: boolean;
  cameraName: (id: string) => string;
  timeZone: string;
  /** What follows a picture's address, so that it opens with the filters that are set. */
  query: string;
};

export const TileRow = memo(function TileRow(props: TileRowProps) {
  const { section, start, end, top, height, columns, bucket, load } = props;
  // Once shown, its pictures stay, however fast it moves afterwards.
  const [shown, setShown] = useState(load);
  if (load && !shown) setShown(true);
  const place = { top, height, gap: GAP, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` };
  if (bucket === undefined) {
    const share = (end - start) / columns;
    return (
      <div
        aria-hidden
        className="absolute inset-x-0 bg-tile contain-strict"
        style={{ top, height, right: `${(1 - share) * 100}%` }}
      />
    );
  }
  const tiles = Array.from({ length: end - start }, (_, index) => tileIn(bucket, section, start + index));
  return (
    <div role="presentation" className="absolute inset-x-0 grid contain-strict" style={place}>
      {tiles.map((tile, index) => (
        // biome-ignore lint/a11y/useSemanticElements: the row stands between it and its list
        <div
          key={tile?.id ?? start + index}
          role="listitem"
          aria-setsize={section.count}
          aria-posinset={start + index + 1}
          className="bg-tile"
          style={tile?.color ? { backgroundColor: tile.color } : undefined}
        >
          {shown && tile && <TileLink {...props} tile={tile} ordinal={section.first + start + index} />}
        </div>
      ))}
    </div>
  );
});

function TileLink(props: TileRowProps & { tile: Tile; ordinal: number }) {
  const { tile, ordinal, current, selected, selecting, cameraName, timeZone, query } = props;
  const time = clockTime(new Date(tile.at), timeZone, true);
  const chosen = selected.has(tile.id);
  return (
    <a
      href={`/gallery/${tile.id}${query}`}
      data-image-id={tile.id}
      data-at={ordinal}
      data-time={time}
      draggable={false}
      tabIndex={ordinal === current ? 0 : -1}
      {...(selecting ? { role: "checkbox", "aria-checked": chosen } : {})}
      className={`tile group relative block size-full overflow-hidden sm:rounded-sm ${chosen ? "tile-chosen" : ""}`}
    >
      <Thumbnail src={thumbnailUrl(tile.id)} alt={texts.picture.alt(cameraName(tile.cameraId), time)} />
      {selecting && (
        <span aria-hidden className="tile-check">
          {chosen && <Check className="size-4" strokeWidth={3} />}
        </span>
      )}
      {tile.starred && (
        <span className="absolute top-1 right-1 rounded-sm bg-black/70 p-1">
          <Star aria-hidden className="size-3.5 fill-accent text-accent" />
          <span className="sr-only">{eventsTexts.starred}</span>
        </span>
      )}
    </a>
  );
}

function Thumbnail({ src, alt }: { src: string; alt: string }) {
  const [failed, setFailed] = useState(0);
  const [tried, setTried] = useState(0);
  // It may not be made yet: the element leaves and comes back, which makes a browser ask again.
  if (failed !== tried) return <span role="img" aria-label={alt} />;
  return (
    <img
      key={tried}
      ref={endWithElement}
      src={src}
      alt={alt}
      decoding="async"
      draggable={false}
      onError={() => {
        const wait = RETRY_MS[failed];
        setFailed(failed + 1);
        if (wait !== undefined) setTimeout(() => setTried(failed + 1), wait);
      }}
      className="size-full object-cover"
    />
  );
}

/** A picture that nobody sees any more is not loaded to its end: it would stand in the way of those that are looked at. */
function endWithElement(image: HTMLImageElement) {
  return () => {
    if (!image.complete) image.src = "";
  };
}
