// The pictures of an event played over its card: where the pointer stands decides which, or they run by themselves.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { imagesOfAlertQuery, thumbnailUrl } from "@/api/images";
import { itemsOf } from "@/api/pages";

const FRAME_MS = 350;

/** `at` is 0 to 1 through the event, or `play`. Decoration: what it shows is in the event's own page, with names. */
export function Scrub({ alertId, at }: { alertId: string; at: number | "play" }) {
  const query = useInfiniteQuery(imagesOfAlertQuery(alertId));
  const images = useMemo(() => itemsOf(query.data).reverse(), [query.data]);
  const [turn, setTurn] = useState(0);
  const playing = at === "play";
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => setTurn((now) => now + 1), FRAME_MS);
    return () => clearInterval(timer);
  }, [playing]);
  if (images.length === 0) return null;
  const index = playing ? turn % images.length : Math.min(images.length - 1, Math.floor(at * images.length));
  const image = images[index];
  if (image === undefined) return null;
  return (
    <span aria-hidden="true" className="absolute inset-0" data-testid="scrub" data-image-id={image.id}>
      <img src={thumbnailUrl(image.id)} alt="" draggable={false} className="size-full object-cover" />
      <span className="absolute inset-x-0 top-0 h-1 bg-black/50">
        <span
          className="block h-full bg-accent"
          style={{ width: `${((index + 1) / images.length) * 100}%` }}
        />
      </span>
    </span>
  );
}
