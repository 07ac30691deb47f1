// One event in the list: its best picture, when and where, how long, how many pictures, and whether it was looked at.
import { Link } from "@tanstack/react-router";
import { CheckCheck, Ellipsis, Images as ImagesIcon, NotebookPen, Star } from "lucide-react";
import { lazy, memo, Suspense, useRef } from "react";
import { thumbnailUrl } from "@/api/images";
import type { Alert } from "@/api/wire";
import { IconButton } from "@/components/button";
import { Clock } from "@/components/clock";
import { ReviewToggle, StarToggle } from "@/components/mark-buttons";
import { Picture } from "@/components/picture";
import { clockTime } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { alertTypeTexts, isFault } from "@/lib/texts/alert-types";
import { eventsTexts } from "@/lib/texts/events";
import { Duration } from "./duration";
import { Scrub } from "./scrub";
import type { EventsSearch } from "./search";
import { useCardGestures } from "./use-card-gestures";

// Its many sentences come when there is a fault to tell of.
const FaultBody = lazy(() => import("./fault-body").then((module) => ({ default: module.FaultBody })));

export type MarkEvent = (alert: Alert, mark: { reviewed?: boolean; starred?: boolean }) => void;
/** `range`: with everything between the event selected before and this one. */
export type SelectEvent = (id: string, range: boolean) => void;

export type EventCardProps = {
  alert: Alert;
  cameraName: string;
  timeZone: string;
  search: EventsSearch;
  /** Among the first on the page: its picture is asked for at once. */
  eager: boolean;
  selected: boolean;
  /** Something is selected: a press on a card selects rather than opens. */
  selecting: boolean;
  playing: boolean;
  onMark: MarkEvent;
  onSelect: SelectEvent;
  onMenu: (id: string) => void;
  onSwiped: (alert: Alert) => void;
};

const BADGE = "rounded-sm bg-black/70 px-1.5 py-0.5 font-medium text-white text-xs";

export const EventCard = memo(function EventCard(props: EventCardProps) {
  const { alert, cameraName, timeZone, search, selected, selecting, onMark, onSelect, onMenu, onSwiped } =
    props;
  const card = useRef<HTMLElement>(null);
  const { handlers, scrub } = useCardGestures(card, {
    onRight: () => onSwiped(alert),
    onLeft: () => onMenu(alert.id),
    onLongPress: () => onSelect(alert.id, false),
  });
  return (
    <article
      ref={card}
      data-alert-id={alert.id}
      data-reviewed={alert.reviewed}
      {...handlers}
      className={`group relative flex h-full touch-pan-y flex-col bg-surface transition-transform duration-150 has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-accent-text has-[a:focus-visible]:outline-offset-2 data-[swipe=left]:bg-raised data-[swipe=right]:bg-accent-soft sm:rounded-md ${
        selected ? "outline-2 outline-accent" : ""
      }`}
    >
      <div className="relative min-h-0 flex-1 overflow-hidden bg-tile sm:rounded-t-md">
        <CardPicture {...props} at={props.playing ? "play" : scrub} />
        {selecting && (
          <input
            type="checkbox"
            aria-label={eventsTexts.selectOne}
            checked={selected}
            onChange={() => onSelect(alert.id, false)}
            className="absolute top-2 right-2 z-10 size-6 accent-accent"
          />
        )}
      </div>
      <div className="flex h-15 shrink-0 items-center py-1 pr-1 pl-4 sm:pl-3">
        <Link
          to="/events/$eventId"
          params={{ eventId: alert.id }}
          search={search}
          draggable={false}
          onClick={(event) => {
            if (!selecting && !event.shiftKey) return;
            event.preventDefault();
            onSelect(alert.id, event.shiftKey);
          }}
          className="grid min-w-0 flex-1 select-none outline-none after:absolute after:inset-0"
        >
          <Clock
            at={alert.timestamp}
            timeZone={timeZone}
            seconds
            certain={alert.clock_synchronized}
            className="font-semibold text-base leading-5"
          />
          <span className={`truncate ${alert.reviewed ? "text-muted" : ""}`}>
            {[cameraName, ...alert.tags].join(" · ")}
          </span>
        </Link>
        <span className="relative z-10 flex">
          <StarToggle on={alert.starred} onToggle={() => onMark(alert, { starred: !alert.starred })} />
          <ReviewToggle on={alert.reviewed} onToggle={() => onMark(alert, { reviewed: !alert.reviewed })} />
          <IconButton
            icon={Ellipsis}
            label={eventsTexts.more(clockTime(alert.timestamp, timeZone, true))}
            aria-haspopup="dialog"
            onClick={() => onMenu(alert.id)}
          />
        </span>
      </div>
    </article>
  );
});

function CardPicture({
  alert,
  cameraName,
  timeZone,
  eager,
  at,
}: EventCardProps & { at: number | "play" | null }) {
  const type = alertTypeTexts[alert.type] ?? alert.type;
  if (isFault(alert.type))
    return (
      <Suspense fallback={<span className="grid size-full place-items-center text-muted">{type}</span>}>
        <FaultBody alert={alert} timeZone={timeZone} />
      </Suspense>
    );
  const dimmed = alert.reviewed && at === null ? "opacity-45 group-hover:opacity-100" : "";
  return (
    <>
      {alert.key_image_id ? (
        <Picture
          src={thumbnailUrl(alert.key_image_id)}
          alt={texts.picture.alt(cameraName, clockTime(alert.timestamp, timeZone, true))}
          eager={eager}
          className={`transition-opacity duration-200 ${dimmed}`}
        />
      ) : (
        <span className="grid size-full animate-breathe place-items-center text-muted text-xs">
          {alert.image_count === 0 && alert.ended_at === null ? eventsTexts.firstPicture : type}
        </span>
      )}
      {at !== null && <Scrub alertId={alert.id} at={at} />}
      <span className="absolute right-2 bottom-2 left-2 flex items-end gap-1.5">
        <span className={BADGE}>
          <Duration began={alert.timestamp} ended={alert.ended_at} />
        </span>
        {alert.type !== "motion" && <span className={BADGE}>{type}</span>}
        <span className={`${BADGE} ml-auto inline-flex items-center gap-1 tabular-nums`}>
          <ImagesIcon aria-hidden className="size-3.5" />
          {alert.image_count}
          <span className="sr-only">{eventsTexts.pictures(alert.image_count)}</span>
        </span>
      </span>
      <Marks alert={alert} />
    </>
  );
}

function Marks({ alert }: { alert: Alert }) {
  const dismissed = alert.verdict === "not_an_alarm";
  if (!alert.reviewed && !alert.starred && !alert.note && !dismissed) return null;
  return (
    <span className="absolute top-2 left-2 flex gap-1.5">
      {alert.starred && (
        <span className={`${BADGE} inline-flex items-center`}>
          <Star aria-hidden className="my-px size-3.5 fill-accent text-accent" />
          <span className="sr-only">{eventsTexts.starred}</span>
        </span>
      )}
      {alert.reviewed && (
        <span className={`${BADGE} inline-flex items-center gap-1`}>
          <CheckCheck aria-hidden className="size-3.5" />
          {eventsTexts.reviewed}
        </span>
      )}
      {dismissed && <span className={BADGE}>{eventsTexts.notAnAlarm}</span>}
      {alert.note && (
        <span className={`${BADGE} inline-flex items-center`} title={alert.note}>
          <NotebookPen aria-hidden className="my-px size-3.5" />
          <span className="sr-only">{eventsTexts.hasNote}</span>
        </span>
      )}
    </span>
  );
}
