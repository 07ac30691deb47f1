// The pictures of an event side by side, oldest first; the shown one stays in sight.
import { useEffect, useRef } from "react";
import { thumbnailUrl } from "@/api/images";
import type { Image } from "@/api/wire";
import { Picture } from "@/components/picture";
import { clockTime } from "@/lib/site-time";
import { eventTexts } from "@/lib/texts/event";

type FilmstripProps = {
  images: readonly Image[];
  selected: string | undefined;
  timeZone: string;
  onSelect: (id: string) => void;
};

export function Filmstrip({ images, selected, timeZone, onSelect }: FilmstripProps) {
  const strip = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const list = strip.current;
    const tile = list?.querySelector<HTMLElement>(`[data-image-id="${selected}"]`);
    // Only sideways: `scrollIntoView` would move the page as well.
    if (list && tile) list.scrollTo({ left: tile.offsetLeft - (list.clientWidth - tile.clientWidth) / 2 });
  }, [selected]);
  return (
    <ol
      ref={strip}
      aria-label={eventTexts.filmstrip}
      className="relative flex gap-1.5 overflow-x-auto p-1 [scrollbar-width:thin]"
    >
      {images.map((image, index) => (
        <li key={image.id} className="shrink-0">
          <button
            type="button"
            data-image-id={image.id}
            aria-current={image.id === selected}
            aria-label={`${eventTexts.picture(index + 1, images.length)}, ${clockTime(image.timestamp, timeZone, true)}`}
            onClick={() => onSelect(image.id)}
            className="block h-16 w-24 overflow-hidden rounded-sm opacity-60 transition-opacity duration-150 hover:opacity-100 aria-current:opacity-100 aria-current:ring-2 aria-current:ring-accent aria-current:ring-offset-2 aria-current:ring-offset-bg"
          >
            <Picture src={thumbnailUrl(image.id)} alt="" color={image.average_color} />
          </button>
        </li>
      ))}
    </ol>
  );
}
