// One picture over the gallery, as large as the screen, with the next ones already loading. What the gallery's columns
// know of it is shown at once; the rest (its event, its motion boxes) comes a moment later.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight, ImageOff, type LucideIcon, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { findTile, type Tile } from "@/api/gallery";
import { fileUrl, imageQuery } from "@/api/images";
import { isNotFound } from "@/api/problem";
import { useTimeZone } from "@/api/session";
import type { Image } from "@/api/wire";
import { Button, IconButton } from "@/components/button";
import { EmptyState, Skeleton } from "@/components/states";
import { useShortcuts } from "@/lib/shortcuts";
import { imagesTexts } from "@/lib/texts/images";
import { useStandingError } from "@/lib/use-standing-error";
import type { ImagesSearch } from "./search";
import { useBeside } from "./use-beside";
import { ViewerContent } from "./viewer-content";

export function ImageViewer() {
  const { imageId } = useParams({ from: "/signed-in/gallery/$imageId" });
  const search: ImagesSearch = useSearch({ from: "/signed-in/gallery" });
  const navigate = useNavigate();
  const timeZone = useTimeZone();
  const client = useQueryClient();
  const query = useQuery(imageQuery(imageId, client));
  const failure = useStandingError(query);
  const image = query.data;
  const known = findTile(client, imageId) ?? (image && tileOf(image));
  const beside = useBeside(imageId, known?.at, search, timeZone);
  usePreload(beside.nearby.map(({ id }) => id));
  const tile = beside.tile ?? known;

  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  const close = () => void navigate({ to: "/gallery", search, resetScroll: false });
  const go = (to: Tile | undefined) => {
    if (to === undefined) return false;
    const params = { imageId: to.id };
    void navigate({ to: "/gallery/$imageId", params, search, replace: true, resetScroll: false });
    return true;
  };
  useShortcuts(
    {
      ArrowLeft: () => go(beside.newer),
      ArrowRight: () => go(beside.older),
      k: () => go(beside.newer),
      j: () => go(beside.older),
    },
    { insideDialog: true },
  );
  return (
    <dialog
      ref={dialog}
      data-full
      aria-label={imagesTexts.title}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      className="m-0 h-dvh max-h-none w-dvw max-w-none flex-col bg-bg backdrop:bg-black open:flex"
    >
      {tile && !failure ? (
        <ViewerContent
          tile={tile}
          image={image}
          position={
            beside.ordinal === undefined ? "" : imagesTexts.position(beside.ordinal + 1, beside.count)
          }
          timeZone={timeZone}
          onClose={close}
          onSwipe={(to) => go(to === "left" ? beside.older : beside.newer)}
          onDeleted={() => {
            if (!go(beside.older) && !go(beside.newer)) close();
          }}
        />
      ) : (
        <div className="grid flex-1 p-4">
          <IconButton icon={X} label={imagesTexts.close} onClick={close} className="justify-self-end" />
          {failure ? (
            <EmptyState icon={ImageOff} title={isNotFound(failure) ? imagesTexts.gone : failure.message}>
              <Button onClick={close}>{imagesTexts.close}</Button>
            </EmptyState>
          ) : (
            <Skeleton className="h-[70dvh]" />
          )}
        </div>
      )}
      {beside.newer && (
        <SideButton
          icon={ChevronLeft}
          label={imagesTexts.newer}
          side="left-3"
          onClick={() => go(beside.newer)}
        />
      )}
      {beside.older && (
        <SideButton
          icon={ChevronRight}
          label={imagesTexts.older}
          side="right-3"
          onClick={() => go(beside.older)}
        />
      )}
    </dialog>
  );
}

type SideButtonProps = { icon: LucideIcon; label: string; side: string; onClick: () => void };

function SideButton({ icon, label, side, onClick }: SideButtonProps) {
  return (
    <IconButton
      icon={icon}
      label={label}
      tone="text-white hover:!bg-black/80 hover:!text-white"
      className={`absolute top-1/2 z-10 -translate-y-1/2 !rounded-full bg-black/55 ${side}`}
      onClick={onClick}
    />
  );
}

function tileOf(image: Image): Tile {
  return {
    id: image.id,
    cameraId: image.camera_id,
    at: Date.parse(image.timestamp),
    color: image.average_color,
    width: image.width,
    height: image.height,
    starred: image.starred,
  };
}

/** Asks for the pictures beside this one, so that the next key press shows it at once. */
function usePreload(ids: readonly string[]): void {
  const wanted = ids.join(" ");
  useEffect(() => {
    const loading = wanted
      .split(" ")
      .filter(Boolean)
      .map((id) => {
        const image = new Image();
        image.src = fileUrl(id);
        return image;
      });
    return () => {
      // What was not finished by now is in the way of what is looked at.
      for (const image of loading) if (!image.complete) image.src = "";
    };
  }, [wanted]);
}
