// Star and reviewed as toggle buttons, the same on a card and on an event's page.
import { Check, CheckCheck, Star } from "lucide-react";
import { texts } from "@/lib/texts";
import { eventsTexts } from "@/lib/texts/events";
import { Button, IconButton } from "./button";

type MarkProps = { on: boolean; onToggle: () => void };

/** On a card: an icon whose name stays and whose pressed state changes. */
export function StarToggle({ on, onToggle }: MarkProps) {
  return (
    <IconButton
      icon={Star}
      filled={on}
      label={eventsTexts.starred}
      title={on ? texts.picture.unstar : texts.picture.star}
      aria-pressed={on}
      onClick={onToggle}
      tone={on ? "text-accent-text" : undefined}
    />
  );
}

export function ReviewToggle({ on, onToggle }: MarkProps) {
  return (
    <IconButton
      icon={on ? CheckCheck : Check}
      label={eventsTexts.reviewed}
      title={on ? eventsTexts.markUnreviewed : eventsTexts.markReviewed}
      aria-pressed={on}
      onClick={onToggle}
      tone={on ? "text-ok" : undefined}
    />
  );
}

/** With words, where there is room: what it is now, or what a press does. */
export function StarButton({ on, onToggle }: MarkProps) {
  return (
    <Button
      icon={Star}
      aria-label={on ? eventsTexts.starredUndo : eventsTexts.starIt}
      title={on ? texts.picture.unstar : texts.picture.star}
      onClick={onToggle}
      className={on ? "[&>svg]:fill-current [&>svg]:text-accent-text" : ""}
    >
      {on ? eventsTexts.starred : eventsTexts.starIt}
    </Button>
  );
}

export function ReviewButton({ on, onToggle }: MarkProps) {
  return (
    <Button
      icon={on ? CheckCheck : Check}
      look={on ? "outline" : "primary"}
      aria-label={on ? eventsTexts.reviewedUndo : eventsTexts.markReviewed}
      title={on ? eventsTexts.markUnreviewed : undefined}
      onClick={onToggle}
      className={on ? "[&>svg]:text-ok" : ""}
    >
      {on ? eventsTexts.reviewed : eventsTexts.markReviewed}
    </Button>
  );
}
