// The pictures of one event and what can be done with them.
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Download, ImageOff, Pause, Play, Scan, ThumbsDown, Trash2 } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { deleteAlerts, undoDeletedAlerts } from "@/api/alert-deletions";
import { useMarkAlert } from "@/api/alerts";
import { fileUrl, imagesOfAlertQuery } from "@/api/images";
import { itemsOf } from "@/api/pages";
import { useMayChange } from "@/api/session";
import type { Alert } from "@/api/wire";
import { Button, buttonClass } from "@/components/button";
import { ReviewButton, StarButton } from "@/components/mark-buttons";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/components/states";
import { useShortcuts } from "@/lib/shortcuts";
import { isFault } from "@/lib/texts/alert-types";
import { eventTexts } from "@/lib/texts/event";
import { eventsTexts } from "@/lib/texts/events";
import { imagesTexts } from "@/lib/texts/images";
import { toast } from "@/lib/toasts";
import { useStandingError } from "@/lib/use-standing-error";
import { EventFacts } from "./event-facts";
import { EventNotes } from "./event-notes";
import { EventStage } from "./event-stage";
import { Filmstrip } from "./filmstrip";
import { LatencyChain } from "./latency-chain";
import { ShareButton } from "./share-button";
import { usePreloaded } from "./use-preloaded";
import { useShownImage } from "./use-shown-image";

const FaultBody = lazy(() => import("./fault-body").then((module) => ({ default: module.FaultBody })));

type EventViewProps = {
  alert: Alert;
  chosen: string | undefined;
  cameraName: string;
  timeZone: string;
  /** Goes to the older event, or back to the list: where a deleted event leaves a person. */
  onLeave: () => void;
};

const FRAME_MS = 500;

export function EventView({ alert, chosen, cameraName, timeZone, onLeave }: EventViewProps) {
  const query = useInfiniteQuery(imagesOfAlertQuery(alert.id));
  const failure = useStandingError(query);
  const images = useMemo(() => itemsOf(query.data).reverse(), [query.data]);
  const shown = useShownImage(alert.id, images, alert.key_image_id, chosen);
  const [boxes, setBoxes] = useState(true);
  const { playing, toggle: togglePlaying } = usePlaying(images.length, shown.index, (index) => {
    const next = images[index];
    if (next) shown.select(next.id);
  });
  const act = useActions(alert, onLeave);
  usePreloaded(images, shown.index);
  useShortcuts({
    b: () => setBoxes(!boxes),
    " ": togglePlaying,
    e: () => act.mark({ id: alert.id, reviewed: !alert.reviewed }),
    u: () => act.mark({ id: alert.id, reviewed: false }),
    s: act.star,
    d: () => document.querySelector<HTMLElement>('[data-testid="download"]')?.click(),
    "#": act.remove,
    Delete: act.remove,
  });
  const { image } = shown;
  const fault = isFault(alert.type);
  return (
    <>
      {/* A clip's player stands here, above the pictures, as soon as an event has clips. */}
      <div className="relative -mx-4 mt-3 overflow-hidden bg-black sm:mx-0 sm:rounded-lg">
        {image ? (
          <EventStage
            {...{ image, cameraName, timeZone, boxes }}
            index={shown.index}
            total={images.length}
            onStep={shown.step}
          />
        ) : failure ? (
          <ErrorState
            title={imagesTexts.failed}
            detail={failure.message}
            onRetry={() => void query.refetch()}
          />
        ) : query.isPending ? (
          <Loading>
            <Skeleton className="aspect-video" />
          </Loading>
        ) : fault ? (
          <Suspense>
            <FaultBody alert={alert} timeZone={timeZone} />
          </Suspense>
        ) : (
          <div className="bg-surface">
            <EmptyState icon={ImageOff} title={eventTexts.noPictures} live={alert.ended_at === null} />
          </div>
        )}
      </div>
      {images.length > 1 && (
        <div className="mt-2 flex items-center gap-2">
          {query.hasNextPage && (
            <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {eventTexts.earlierPictures}
            </Button>
          )}
          <Filmstrip images={images} selected={image?.id} timeZone={timeZone} onSelect={shown.select} />
        </div>
      )}
      <div className="mt-4 flex flex-wrap gap-2">
        <ReviewButton
          on={alert.reviewed}
          onToggle={() => act.mark({ id: alert.id, reviewed: !alert.reviewed })}
        />
        {act.mayChange && <StarButton on={alert.starred} onToggle={act.star} />}
        {act.mayChange && !fault && (
          <Button icon={ThumbsDown} aria-pressed={act.dismissed} onClick={act.dismiss}>
            {eventTexts.notAnAlarm}
          </Button>
        )}
        {images.length > 1 && (
          <Button icon={playing ? Pause : Play} onClick={togglePlaying}>
            {playing ? eventTexts.pause : eventTexts.play}
          </Button>
        )}
        {!fault && (
          <Button
            icon={Scan}
            aria-pressed={boxes}
            onClick={() => setBoxes(!boxes)}
            className={boxes ? "[&>svg]:text-accent-text" : ""}
          >
            {eventTexts.boxes}
          </Button>
        )}
        {image && (
          <a
            href={fileUrl(image.id)}
            download={image.filename}
            className={buttonClass()}
            data-testid="download"
          >
            <Download aria-hidden className="size-[18px]" />
            {eventTexts.download}
          </a>
        )}
        {act.mayChange && image && <ShareButton alertId={alert.id} />}
        {act.mayChange && (
          <Button icon={Trash2} look="quiet" onClick={act.remove}>
            {eventTexts.delete}
          </Button>
        )}
      </div>
      <div className="mt-5 grid gap-6 border-line border-t pt-4">
        <EventFacts alert={alert} image={image} timeZone={timeZone} />
        {!fault && <LatencyChain alert={alert} first={query.hasNextPage ? undefined : images[0]} />}
        <EventNotes alert={alert} mayChange={act.mayChange} onMark={act.mark} />
      </div>
    </>
  );
}

function useActions(alert: Alert, onLeave: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayChange = useMayChange();
  const { mutate: mark } = useMarkAlert(() => toast(eventsTexts.markFailed, "bad"));
  const dismissed = alert.verdict === "not_an_alarm";
  const wrong = (error: unknown) =>
    toast(error instanceof Error ? error.message : eventsTexts.markFailed, "bad");
  return {
    mark,
    mayChange,
    dismissed,
    star: () => mayChange && mark({ id: alert.id, starred: !alert.starred }),
    dismiss: () => {
      mark({ id: alert.id, verdict: dismissed ? null : "not_an_alarm" });
      if (dismissed) return;
      toast(eventTexts.saidNotAnAlarm, "info", {
        label: eventTexts.undo,
        run: () => mark({ id: alert.id, verdict: alert.verdict }),
      });
    },
    remove: () => {
      if (!mayChange) return;
      deleteAlerts(client, [alert.id]).then((deleted) => {
        const back = () => void navigate({ to: "/events/$eventId", params: { eventId: alert.id } });
        toast(eventsTexts.deleted(deleted.count, deleted.keptStarred), "info", {
          label: eventTexts.undo,
          run: () => void undoDeletedAlerts(client, deleted).then(back, wrong),
        });
        onLeave();
      }, wrong);
    },
  };
}

/** Plays the pictures one after the other, and stops at the last. */
function usePlaying(total: number, index: number, onShow: (index: number) => void) {
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return;
    if (index >= total - 1) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => onShow(index + 1), FRAME_MS);
    return () => clearTimeout(timer);
  });
  const toggle = () => {
    if (total < 2) return false;
    if (!playing && index >= total - 1) onShow(0);
    setPlaying(!playing);
    return true;
  };
  return { playing, toggle };
}
