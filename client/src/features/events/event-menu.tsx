// Everything that can be done with one event of the list, each with its key: what a swipe to the left opens.
import { Link } from "@tanstack/react-router";
import {
  Check,
  CheckSquare,
  Download,
  type LucideIcon,
  Play,
  Star,
  Tag,
  ThumbsDown,
  Trash2,
} from "lucide-react";
import type { ReactNode } from "react";
import type { AlertMark } from "@/api/alerts";
import { fileUrl } from "@/api/images";
import type { Alert } from "@/api/wire";
import { Sheet } from "@/components/sheet";
import { isFault } from "@/lib/texts/alert-types";
import { eventTexts } from "@/lib/texts/event";
import { eventsTexts } from "@/lib/texts/events";
import type { EventsSearch } from "./search";

type EventMenuProps = {
  alert: Alert;
  title: string;
  search: EventsSearch;
  mayChange: boolean;
  onMark: (mark: AlertMark) => void;
  onSelect: () => void;
  onPlay: () => void;
  onDelete: () => void;
  onClose: () => void;
};

const ROW =
  "flex min-h-12 w-full items-center gap-3 rounded-sm px-3 text-left hover:bg-raised [&>svg]:size-5 [&>svg]:shrink-0 [&>svg]:text-muted";

export function EventMenu({ alert, title, search, mayChange, onClose, onMark, ...act }: EventMenuProps) {
  const row = (icon: LucideIcon, words: string, key: string, run: () => void) => (
    <MenuRow icon={icon} keyName={key} onPress={() => [run(), onClose()]}>
      {words}
    </MenuRow>
  );
  const dismissed = alert.verdict === "not_an_alarm";
  return (
    <Sheet title={title} onClose={onClose}>
      {row(
        Check,
        alert.reviewed ? eventsTexts.markUnreviewed : eventsTexts.markReviewed,
        alert.reviewed ? "u" : "e",
        () => onMark({ id: alert.id, reviewed: !alert.reviewed }),
      )}
      {mayChange &&
        row(Star, alert.starred ? eventsTexts.unstar : eventsTexts.star, "s", () =>
          onMark({ id: alert.id, starred: !alert.starred }),
        )}
      {mayChange &&
        !isFault(alert.type) &&
        row(ThumbsDown, dismissed ? eventTexts.wasAnAlarm : eventTexts.notAnAlarm, "", () =>
          onMark({ id: alert.id, verdict: dismissed ? null : "not_an_alarm" }),
        )}
      <Link to="/events/$eventId" params={{ eventId: alert.id }} search={search} hash="notes" className={ROW}>
        <Tag aria-hidden />
        {eventTexts.tagsAndNote}
      </Link>
      {alert.image_count > 1 && row(Play, eventsTexts.play, eventsTexts.spaceKey, act.onPlay)}
      {alert.key_image_id && (
        <a href={fileUrl(alert.key_image_id)} download className={ROW} onClick={onClose}>
          <Download aria-hidden />
          {eventTexts.download}
          <Key name="d" />
        </a>
      )}
      {row(CheckSquare, eventsTexts.select, "x", act.onSelect)}
      {mayChange && row(Trash2, eventsTexts.delete, "#", act.onDelete)}
    </Sheet>
  );
}

type MenuRowProps = { icon: LucideIcon; keyName: string; onPress: () => void; children: ReactNode };

function MenuRow({ icon: Icon, keyName, onPress, children }: MenuRowProps) {
  return (
    <button type="button" className={ROW} onClick={onPress}>
      <Icon aria-hidden />
      {children}
      <Key name={keyName} />
    </button>
  );
}

function Key({ name }: { name: string }) {
  if (!name) return null;
  return (
    <kbd className="ml-auto rounded-sm border border-line bg-raised px-1.5 py-0.5 font-sans text-muted text-xs max-lg:hidden">
      {name}
    </kbd>
  );
}
