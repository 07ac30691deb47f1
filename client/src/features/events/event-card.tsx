// One event in the list: its best picture, when and where, how long, how many pictures, and whether it was looked at.
import { Link } from "@tanstack/react-router";
import { CheckCheck, Images as ImagesIcon, Star } from "lucide-react";
import { memo } from "react";
import { thumbnailUrl } from "@/api/images";
import type { Alert } from "@/api/wire";
import { Clock } from "@/components/clock";
import { ReviewToggle, StarToggle } from "@/components/mark-buttons";
import { Picture } from "@/components/picture";
import { clockTime } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { Duration } from "./duration";
import type { EventsSearch } from "./search";

export type MarkEvent = (alert: Alert, mark: { reviewed?: boolean; starred?: boolean }) => void;

type EventCardProps = {
  alert: Alert;
  cameraName: string;
  timeZone: string;
  search: EventsSearch;
  /** Among the first on the page: its picture is asked for at once. */
  eager: boolean;
  onMark: MarkEvent;
};

const BADGE = "rounded-sm bg-black/70 px-1.5 py-0.5 font-medium text-white text-xs";

export const EventCard = memo(function EventCard(props: EventCardProps) {
  const { alert, cameraName, timeZone, search, eager, onMark } = props;
  const type = texts.alertType[alert.type] ?? alert.type;
  const alt = texts.picture.alt(cameraName, clockTime(alert.timestamp, timeZone, true));
  return (
    <article
      data-alert-id={alert.id}
      data-reviewed={alert.reviewed}
      className="group relative -mx-4 overflow-hidden bg-surface has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-accent-text has-[a:focus-visible]:outline-offset-2 sm:mx-0 sm:rounded-md"
    >
      <div className="relative aspect-video overflow-hidden bg-tile">
        {alert.key_image_id ? (
          <Picture
            src={thumbnailUrl(alert.key_image_id)}
            alt={alt}
            eager={eager}
            className={`transition-opacity duration-200 ${alert.reviewed ? "opacity-45 group-hover:opacity-100" : ""}`}
          />
        ) : (
          <span className="grid size-full animate-breathe place-items-center text-muted text-xs">
            {alert.image_count === 0 && alert.ended_at === null ? texts.events.firstPicture : type}
          </span>
        )}
        <span className="absolute right-2 bottom-2 left-2 flex items-end gap-1.5">
          <span className={BADGE}>
            <Duration began={alert.timestamp} ended={alert.ended_at} />
          </span>
          {alert.type !== "motion" && <span className={BADGE}>{type}</span>}
          <span className={`${BADGE} ml-auto inline-flex items-center gap-1 tabular-nums`}>
            <ImagesIcon aria-hidden className="size-3.5" />
            {alert.image_count}
            <span className="sr-only">{texts.events.pictures(alert.image_count)}</span>
          </span>
        </span>
        {(alert.reviewed || alert.starred) && (
          <span className="absolute top-2 left-2 flex gap-1.5">
            {alert.starred && (
              <span className={`${BADGE} inline-flex items-center`}>
                <Star aria-hidden className="my-px size-3.5 fill-accent text-accent" />
                <span className="sr-only">{texts.events.starred}</span>
              </span>
            )}
            {alert.reviewed && (
              <span className={`${BADGE} inline-flex items-center gap-1`}>
                <CheckCheck aria-hidden className="size-3.5" />
                {texts.events.reviewed}
              </span>
            )}
          </span>
        )}
      </div>
      <div className="flex items-center py-1 pr-1 pl-4 sm:pl-3">
        <Link
          to="/events/$eventId"
          params={{ eventId: alert.id }}
          search={search}
          className="grid min-w-0 flex-1 outline-none after:absolute after:inset-0"
        >
          <Clock
            at={alert.timestamp}
            timeZone={timeZone}
            seconds
            certain={alert.clock_synchronized}
            className="font-semibold text-base leading-5"
          />
          <span className={`truncate ${alert.reviewed ? "text-muted" : ""}`}>{cameraName}</span>
        </Link>
        <span className="relative z-10 flex">
          <StarToggle on={alert.starred} onToggle={() => onMark(alert, { starred: !alert.starred })} />
          <ReviewToggle on={alert.reviewed} onToggle={() => onMark(alert, { reviewed: !alert.reviewed })} />
        </span>
      </div>
    </article>
  );
});
