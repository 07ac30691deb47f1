// The pictures of one event and what can be done with them.
import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, Download, ImageOff, Scan } from "lucide-react";
import { useMemo, useState } from "react";
import { useMarkAlert } from "@/api/alerts";
import { fileUrl, imagesOfAlertQuery } from "@/api/images";
import { itemsOf } from "@/api/pages";
import type { Alert } from "@/api/wire";
import { Button, buttonClass, IconButton } from "@/components/button";
import { FramedPicture } from "@/components/framed-picture";
import { ReviewButton, StarButton } from "@/components/mark-buttons";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/components/states";
import { useShortcuts } from "@/lib/shortcuts";
import { clockTime } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { toast } from "@/lib/toasts";
import { useStandingError } from "@/lib/use-standing-error";
import { EventFacts } from "./event-facts";
import { Filmstrip } from "./filmstrip";
import { useShownImage } from "./use-shown-image";

type EventViewProps = { alert: Alert; chosen: string | undefined; cameraName: string; timeZone: string };

const SIDE = "absolute top-1/2 -translate-y-1/2 !rounded-full bg-black/55";
const STAGE_HEIGHT = "calc(100dvh - 22rem)";

export function EventView({ alert, chosen, cameraName, timeZone }: EventViewProps) {
  const query = useInfiniteQuery(imagesOfAlertQuery(alert.id));
  const failure = useStandingError(query);
  const images = useMemo(() => itemsOf(query.data).reverse(), [query.data]);
  const shown = useShownImage(alert.id, images, alert.key_image_id, chosen);
  const [boxes, setBoxes] = useState(true);
  const { mutate: mark } = useMarkAlert(() => toast(texts.events.markFailed, "bad"));
  const toggleReviewed = () => mark({ id: alert.id, reviewed: !alert.reviewed });
  const toggleStarred = () => mark({ id: alert.id, starred: !alert.starred });
  useShortcuts({
    ArrowLeft: () => shown.step(-1),
    ArrowRight: () => shown.step(1),
    b: () => setBoxes(!boxes),
    e: toggleReviewed,
    s: toggleStarred,
  });
  const { image } = shown;
  return (
    <>
      <div className="relative -mx-4 mt-3 overflow-hidden bg-black sm:mx-0 sm:rounded-lg">
        {image ? (
          <figure data-image-id={image.id}>
            <FramedPicture
              src={fileUrl(image.id)}
              alt={texts.picture.alt(cameraName, clockTime(image.timestamp, timeZone, true))}
              width={image.width}
              height={image.height}
              color={image.average_color}
              boxes={boxes ? image.motion_boxes : []}
              maxHeight={`max(15rem, ${STAGE_HEIGHT})`}
            />
            <figcaption className="absolute bottom-2 left-2 rounded-sm bg-black/70 px-2 py-1 text-white text-xs tabular-nums">
              {texts.event.picture(shown.index + 1, images.length)} ·{" "}
              {clockTime(image.timestamp, timeZone, true)}
            </figcaption>
          </figure>
        ) : failure ? (
          <ErrorState
            title={texts.images.failed}
            detail={failure.message}
            onRetry={() => void query.refetch()}
          />
        ) : query.isPending ? (
          <Loading>
            <Skeleton className="aspect-video" />
          </Loading>
        ) : (
          <div className="bg-surface">
            <EmptyState icon={ImageOff} title={texts.event.noPictures} live={alert.ended_at === null} />
          </div>
        )}
        {images.length > 1 && (
          <>
            <IconButton
              icon={ChevronLeft}
              label={texts.event.previousPicture}
              tone="text-white hover:!bg-black/80 hover:!text-white"
              className={`${SIDE} left-2`}
              disabled={shown.index <= 0}
              onClick={() => shown.step(-1)}
            />
            <IconButton
              icon={ChevronRight}
              label={texts.event.nextPicture}
              tone="text-white hover:!bg-black/80 hover:!text-white"
              className={`${SIDE} right-2`}
              disabled={shown.index >= images.length - 1}
              onClick={() => shown.step(1)}
            />
          </>
        )}
      </div>
      {images.length > 1 && (
        <div className="mt-2 flex items-center gap-2">
          {query.hasNextPage && (
            <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {texts.event.earlierPictures}
            </Button>
          )}
          <Filmstrip images={images} selected={image?.id} timeZone={timeZone} onSelect={shown.select} />
        </div>
      )}
      <div className="mt-4 flex flex-wrap gap-2">
        <ReviewButton on={alert.reviewed} onToggle={toggleReviewed} />
        <StarButton on={alert.starred} onToggle={toggleStarred} />
        <Button
          icon={Scan}
          aria-pressed={boxes}
          onClick={() => setBoxes(!boxes)}
          className={boxes ? "[&>svg]:text-accent-text" : ""}
        >
          {texts.event.boxes}
        </Button>
        {image && (
          <a href={fileUrl(image.id)} download={image.filename} className={buttonClass()}>
            <Download aria-hidden className="size-[18px]" />
            {texts.event.download}
          </a>
        )}
      </div>
      <section className="mt-5 border-line border-t pt-4">
        <EventFacts alert={alert} image={image} timeZone={timeZone} />
      </section>
    </>
  );
}
