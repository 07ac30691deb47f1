// The way back to the list, and to the events beside this one.
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft, ChevronLeft, ChevronRight, type LucideIcon } from "lucide-react";
import { buttonClass } from "@/components/button";
import { useShortcuts } from "@/lib/shortcuts";
import { eventTexts } from "@/lib/texts/event";
import { eventsTexts } from "@/lib/texts/events";
import type { EventsSearch } from "./search";

type EventNavigationProps = { search: EventsSearch; newer: string | undefined; older: string | undefined };

export function BackToEvents({ search }: { search: EventsSearch }) {
  return (
    <Link to="/" search={search} className={buttonClass("quiet", "-ml-3 !px-3")}>
      <ArrowLeft aria-hidden className="size-5" />
      {eventTexts.back}
    </Link>
  );
}

export function EventNavigation({ search, newer, older }: EventNavigationProps) {
  const navigate = useNavigate();
  const go = (eventId: string | undefined) => {
    if (eventId === undefined) return false;
    void navigate({ to: "/events/$eventId", params: { eventId }, search });
    return true;
  };
  useShortcuts({
    j: () => go(older),
    k: () => go(newer),
    Escape: () => void navigate({ to: "/", search }),
  });
  return (
    <nav aria-label={eventsTexts.title} className="flex items-center gap-1 pr-13 lg:pr-0">
      <BackToEvents search={search} />
      <span className="ml-auto flex gap-1">
        <Beside id={newer} search={search} label={eventTexts.previous} icon={ChevronLeft} />
        <Beside id={older} search={search} label={eventTexts.next} icon={ChevronRight} />
      </span>
    </nav>
  );
}

type BesideProps = { id: string | undefined; search: EventsSearch; label: string; icon: LucideIcon };

function Beside({ id, search, label, icon: Icon }: BesideProps) {
  const look = buttonClass("quiet", "!px-2");
  const words = (
    <>
      {Icon === ChevronLeft && <Icon aria-hidden className="size-5" />}
      <span className="sr-only sm:not-sr-only">{label}</span>
      {Icon === ChevronRight && <Icon aria-hidden className="size-5" />}
    </>
  );
  if (id === undefined) {
    return (
      // biome-ignore lint/a11y/useFocusableInteractive: a link that leads nowhere is no stop for the keyboard.
      // biome-ignore lint/a11y/useSemanticElements: an anchor without an address is no link to assistive technology.
      <span role="link" aria-disabled="true" className={`${look} pointer-events-none opacity-30`}>
        {words}
      </span>
    );
  }
  return (
    <Link to="/events/$eventId" params={{ eventId: id }} search={search} className={look}>
      {words}
    </Link>
  );
}
