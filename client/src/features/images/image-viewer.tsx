// One picture over the gallery, as large as the screen, with the next ones already loading.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight, Download, ImageOff, Scan, X, Zap } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useCameraNames } from "@/api/cameras";
import { fileUrl, imageQuery, useStarImage } from "@/api/images";
import { isNotFound } from "@/api/problem";
import { useTimeZone } from "@/api/session";
import type { Image } from "@/api/wire";
import { Button, buttonClass, IconButton } from "@/components/button";
import { Clock } from "@/components/clock";
import { FramedPicture } from "@/components/framed-picture";
import { StarButton } from "@/components/mark-buttons";
import { EmptyState, Skeleton } from "@/components/states";
import { useShortcuts } from "@/lib/shortcuts";
import { clockTime, dayName, dayOf } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { toast } from "@/lib/toasts";
import { useStandingError } from "@/lib/use-standing-error";
import type { ImagesSearch } from "./search";
import { useImageNeighbours } from "./use-image-neighbours";

const SIDE = "absolute top-1/2 z-10 -translate-y-1/2 !rounded-full bg-black/55";

export function ImageViewer() {
  const { imageId } = useParams({ from: "/signed-in/gallery/$imageId" });
  const search: ImagesSearch = useSearch({ from: "/signed-in/gallery" });
  const navigate = useNavigate();
  const timeZone = useTimeZone();
  const query = useQuery(imageQuery(imageId, useQueryClient()));
  const failure = useStandingError(query);
  const image = query.data;
  const beside = useImageNeighbours(image, search, timeZone);
  usePreload(beside.nearby);

  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  const close = () => void navigate({ to: "/gallery", search, resetScroll: false });
  const go = (id: string | undefined) => {
    if (id === undefined) return false;
    void navigate({
      to: "/gallery/$imageId",
      params: { imageId: id },
      search,
      replace: true,
      resetScroll: false,
    });
    return true;
  };
  useShortcuts(
    { ArrowLeft: () => go(beside.newer), ArrowRight: () => go(beside.older) },
    { insideDialog: true },
  );

  return (
    <dialog
      ref={dialog}
      data-full
      aria-label={texts.images.title}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      className="m-0 h-dvh max-h-none w-dvw max-w-none flex-col bg-bg backdrop:bg-black open:flex"
    >
      {image ? (
        <ViewerContent key={image.id} image={image} timeZone={timeZone} onClose={close} />
      ) : (
        <div className="grid flex-1 p-4">
          <IconButton icon={X} label={texts.images.close} onClick={close} className="justify-self-end" />
          {failure ? (
            <EmptyState icon={ImageOff} title={isNotFound(failure) ? texts.images.gone : failure.message}>
              <Button onClick={close}>{texts.images.close}</Button>
            </EmptyState>
          ) : (
            <Skeleton className="h-[70dvh]" />
          )}
        </div>
      )}
      {beside.newer && (
        <IconButton
          icon={ChevronLeft}
          label={texts.images.newer}
          tone="text-white hover:!bg-black/80 hover:!text-white"
          className={`${SIDE} left-3`}
          onClick={() => go(beside.newer)}
        />
      )}
      {beside.older && (
        <IconButton
          icon={ChevronRight}
          label={texts.images.older}
          tone="text-white hover:!bg-black/80 hover:!text-white"
          className={`${SIDE} right-3`}
          onClick={() => go(beside.older)}
        />
      )}
    </dialog>
  );
}

function ViewerContent({
  image,
  timeZone,
  onClose,
}: {
  image: Image;
  timeZone: string;
  onClose: () => void;
}) {
  const cameraName = useCameraNames()(image.camera_id);
  const [boxes, setBoxes] = useState(false);
  const { mutate: star } = useStarImage(() => toast(texts.events.markFailed, "bad"));
  const toggleStar = () => star({ id: image.id, starred: !image.starred });
  useShortcuts({ b: () => setBoxes(!boxes), s: toggleStar }, { insideDialog: true });
  return (
    <>
      <title>{`${cameraName} · ${texts.product}`}</title>
      <header className="flex items-center gap-3 px-4 py-2">
        <div className="min-w-0">
          <h1 className="truncate font-semibold text-base">{cameraName}</h1>
          <p className="text-muted">
            {dayName(dayOf(image.timestamp, timeZone), dayOf(new Date(), timeZone))}
            {", "}
            <Clock at={image.timestamp} timeZone={timeZone} seconds certain={image.clock_synchronized} />
          </p>
        </div>
        <IconButton icon={X} label={texts.images.close} onClick={onClose} className="ml-auto" />
      </header>
      <figure data-image-id={image.id} className="grid min-h-0 flex-1 content-center bg-black">
        <FramedPicture
          src={fileUrl(image.id)}
          alt={texts.picture.alt(cameraName, clockTime(image.timestamp, timeZone, true))}
          width={image.width}
          height={image.height}
          color={image.average_color}
          boxes={boxes ? image.motion_boxes : []}
          maxHeight="calc(100dvh - 9rem)"
        />
      </figure>
      <div className="flex flex-wrap justify-center gap-2 p-3 pb-[calc(0.75rem+env(safe-area-inset-bottom))]">
        {image.alert_id && (
          <Link
            to="/events/$eventId"
            params={{ eventId: image.alert_id }}
            search={{ image: image.id }}
            className={buttonClass()}
          >
            <Zap aria-hidden className="size-[18px]" />
            {texts.images.openEvent}
          </Link>
        )}
        <StarButton on={image.starred} onToggle={toggleStar} />
        {image.motion_boxes.length > 0 && (
          <Button
            icon={Scan}
            aria-pressed={boxes}
            onClick={() => setBoxes(!boxes)}
            className={boxes ? "[&>svg]:text-accent-text" : ""}
          >
            {texts.event.boxes}
          </Button>
        )}
        <a
          href={fileUrl(image.id)}
          download={image.filename}
          className={buttonClass()}
          aria-label={texts.event.download}
        >
          <Download aria-hidden className="size-[18px]" />
          <span className="hidden sm:inline">{texts.event.download}</span>
        </a>
      </div>
    </>
  );
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
