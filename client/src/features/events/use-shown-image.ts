// Which picture of the event is shown: the one in the address, else the best one known when the page was opened. It
// stays when better or newer ones arrive: nothing moves what one looks at.
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Image } from "@/api/wire";

type Shown = {
  image: Image | undefined;
  index: number;
  select: (id: string) => void;
  step: (by: 1 | -1) => void;
};

export function useShownImage(
  eventId: string,
  images: readonly Image[],
  keyImageId: string | null | undefined,
  chosen: string | undefined,
): Shown {
  const navigate = useNavigate({ from: "/events/$eventId" });
  const [first, setFirst] = useState<{ eventId: string; id: string } | null>(null);
  const opening = images.find((image) => image.id === keyImageId) ?? images[0];
  const kept = first?.eventId === eventId ? first.id : opening?.id;
  useEffect(() => {
    if (kept !== undefined)
      setFirst((before) => (before?.eventId === eventId ? before : { eventId, id: kept }));
  }, [eventId, kept]);

  const wanted = images.findIndex((image) => image.id === chosen);
  const index = wanted === -1 ? images.findIndex((image) => image.id === kept) : wanted;
  const select = (id: string) =>
    void navigate({ search: (before) => ({ ...before, image: id }), replace: true, resetScroll: false });
  const step = (by: 1 | -1) => {
    const next = images[index + by];
    if (next) select(next.id);
  };
  return { image: images[index], index, select, step };
}
