// How long an event lasted, or that it is still going on, with the seconds running.
import { secondsBetween, stopwatch } from "@/lib/measures";
import { eventsTexts } from "@/lib/texts/events";
import { useNow } from "@/lib/use-now";

export function Duration({
  began,
  ended,
  words = false,
}: {
  began: string;
  ended: string | null;
  words?: boolean;
}) {
  if (ended === null) return <GoingOn began={began} words={words} />;
  const time = stopwatch(secondsBetween(began, ended));
  return <span className="tabular-nums">{words ? eventsTexts.lasted(time) : time}</span>;
}

function GoingOn({ began, words }: { began: string; words: boolean }) {
  const now = useNow(1000);
  return (
    <span className="inline-flex items-center gap-1.5 tabular-nums">
      <span aria-hidden className="size-2 animate-breathe rounded-full bg-accent" />
      {eventsTexts.goingOn}
      {words && <span>{stopwatch(secondsBetween(began, new Date(now)))}</span>}
    </span>
  );
}
