// Star and reviewed as toggle buttons, the same on a card and on an event's page.
import { Check, CheckCheck, Star } from "lucide-react";
import { texts } from "@/lib/texts";
import { Button, IconButton } from "./button";

type MarkProps = { on: boolean; onToggle: () => void };

/** On a card: an icon whose name stays and whose pressed state changes. */
export function StarToggle({ on, onToggle }: MarkProps) {
  return (
    <IconButton
      icon={Star}
      filled={on}
      label={texts.events.starred}
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
      label={texts.events.reviewed}
      title={on ? texts.events.markUnreviewed : texts.events.markReviewed}
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
      aria-label={on ? texts.events.starredUndo : texts.events.starIt}
      title={on ? texts.picture.unstar : texts.picture.star}
      onClick={onToggle}
      className={on ? "[&>svg]:fill-current [&>svg]:text-accent-text" : ""}
    >
      {on ? texts.events.starred : texts.events.starIt}
    </Button>
  );
}

export function ReviewButton({ on, onToggle }: MarkProps) {
  return (
    <Button
      icon={on ? CheckCheck : Check}
      look={on ? "outline" : "primary"}
      aria-label={on ? texts.events.reviewedUndo : texts.events.markReviewed}
      title={on ? texts.events.markUnreviewed : undefined}
      onClick={onToggle}
      className={on ? "[&>svg]:text-ok" : ""}
    >
      {on ? texts.events.reviewed : texts.events.markReviewed}
    </Button>
  );
}
