// What the viewer shows of one picture: when and where it was taken, the picture to zoom into, and what can be done.
import { Link } from "@tanstack/react-router";
import { Download, Scan, Trash2, X, Zap } from "lucide-react";
import { useState } from "react";
import { useCameraNames } from "@/api/cameras";
import type { Tile } from "@/api/gallery";
import { fileUrl, useStarImage } from "@/api/images";
import { useSession } from "@/api/session";
import type { Image } from "@/api/wire";
import { Button, buttonClass, IconButton } from "@/components/button";
import { Clock } from "@/components/clock";
import { FramedPicture } from "@/components/framed-picture";
import { StarButton } from "@/components/mark-buttons";
import { ZoomPan } from "@/components/zoom-pan";
import { useShortcuts } from "@/lib/shortcuts";
import { clockTime, dayName, dayOf } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { eventTexts } from "@/lib/texts/event";
import { eventsTexts } from "@/lib/texts/events";
import { imagesTexts } from "@/lib/texts/images";
import { toast } from "@/lib/toasts";
import { useDeleteImages } from "./use-delete-images";

type ViewerContentProps = {
  tile: Tile;
  /** Undefined until it has come. */
  image: Image | undefined;
  position: string;
  timeZone: string;
  onClose: () => void;
  onSwipe: (to: "left" | "right") => void;
  onDeleted: () => void;
};

export function ViewerContent(props: ViewerContentProps) {
  const { tile, image, position, timeZone, onClose, onSwipe, onDeleted } = props;
  const cameraName = useCameraNames()(tile.cameraId);
  const mayChange = useSession().user.role !== "viewer";
  const [boxes, setBoxes] = useState(false);
  const { mutate: star } = useStarImage(() => toast(eventsTexts.markFailed, "bad"));
  const deleteImages = useDeleteImages();
  const starred = image?.starred ?? tile.starred;
  const toggleStar = () => mayChange && star({ id: tile.id, starred: !starred });
  const remove = async () => {
    if (!mayChange) return;
    if (await deleteImages([tile.id])) onDeleted();
  };
  useShortcuts(
    { b: () => setBoxes(!boxes), s: toggleStar, Delete: () => void remove() },
    { insideDialog: true },
  );
  const at = new Date(tile.at);
  const time = clockTime(at, timeZone, true);
  const name = image?.filename ?? `${tile.id}.jpg`;
  return (
    <>
      <title>{`${cameraName} · ${texts.product}`}</title>
      <header className="flex items-center gap-3 px-4 py-2">
        <div className="min-w-0">
          <h1 className="truncate font-semibold text-base">{cameraName}</h1>
          <p className="text-muted">
            {dayName(dayOf(at, timeZone), dayOf(new Date(), timeZone))}
            {", "}
            <Clock
              at={at.toISOString()}
              timeZone={timeZone}
              seconds
              certain={image?.clock_synchronized ?? true}
            />
          </p>
        </div>
        <p className="ml-auto text-muted tabular-nums max-sm:hidden">{position}</p>
        <IconButton icon={X} label={imagesTexts.close} onClick={onClose} className="max-sm:ml-auto" />
      </header>
      <figure data-image-id={tile.id} className="min-h-0 flex-1 bg-black">
        <ZoomPan key={tile.id} className="size-full" buttonsClass="bottom-3 left-3" onSwipe={onSwipe}>
          <FramedPicture
            src={fileUrl(tile.id)}
            alt={texts.picture.alt(cameraName, time)}
            width={tile.width}
            height={tile.height}
            color={tile.color}
            boxes={boxes ? (image?.motion_boxes ?? []) : []}
            maxHeight="calc(100dvh - 9rem)"
          />
        </ZoomPan>
      </figure>
      <div className="flex flex-wrap justify-center gap-2 p-3 pb-[calc(0.75rem+env(safe-area-inset-bottom))]">
        {image?.alert_id && (
          <Link
            to="/events/$eventId"
            params={{ eventId: image.alert_id }}
            search={{ image: image.id }}
            className={buttonClass()}
          >
            <Zap aria-hidden className="size-[18px]" />
            {imagesTexts.openEvent}
          </Link>
        )}
        {mayChange && <StarButton on={starred} onToggle={toggleStar} />}
        {image && image.motion_boxes.length > 0 && (
          <Button
            icon={Scan}
            aria-pressed={boxes}
            onClick={() => setBoxes(!boxes)}
            className={boxes ? "[&>svg]:text-accent-text" : ""}
          >
            {eventTexts.boxes}
          </Button>
        )}
        <a href={fileUrl(tile.id)} download={name} className={buttonClass()} aria-label={eventTexts.download}>
          <Download aria-hidden className="size-[18px]" />
          <span className="hidden sm:inline">{eventTexts.download}</span>
        </a>
        {mayChange && (
          <Button icon={Trash2} onClick={() => void remove()} aria-label={imagesTexts.delete}>
            <span className="hidden sm:inline">{imagesTexts.delete}</span>
          </Button>
        )}
      </div>
    </>
  );
}
