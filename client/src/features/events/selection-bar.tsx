// What can be done with all selected events at once, how far that has come, and how many of them failed.
import { Check, Star, Trash2, Undo2, X } from "lucide-react";
import { Button, IconButton } from "@/components/button";
import { eventsTexts } from "@/lib/texts/events";

type SelectionBarProps = {
  count: number;
  total: number;
  /** How many calls have ended; null while nothing is going on. */
  progress: { done: number; of: number } | null;
  mayChange: boolean;
  onReviewed: (reviewed: boolean) => void;
  onStar: () => void;
  onDelete: () => void;
  onAll: () => void;
  onClear: () => void;
};

export function SelectionBar({ count, total, progress, mayChange, ...act }: SelectionBarProps) {
  return (
    <section
      aria-label={eventsTexts.selection}
      className="fixed inset-x-0 bottom-[calc(3.5rem+env(safe-area-inset-bottom))] z-40 border-line border-t bg-raised px-2 py-2 shadow-2xl sm:px-4 shadow-black/40 lg:bottom-0 lg:left-18 lg:px-8"
    >
      <div className="flex flex-wrap items-center gap-y-1 sm:gap-x-2">
        <IconButton icon={X} label={eventsTexts.selectNone} onClick={act.onClear} />
        <p role="status" className="mr-auto font-medium tabular-nums">
          {progress ? eventsTexts.progress(progress.done, progress.of) : eventsTexts.selected(count)}
        </p>
        <Button onClick={act.onAll} disabled={count >= total} look="quiet" className="max-sm:hidden">
          {eventsTexts.selectAll(total)}
        </Button>
        <Button
          icon={Check}
          look="primary"
          className="max-sm:!px-3"
          disabled={progress !== null}
          onClick={() => act.onReviewed(true)}
        >
          {eventsTexts.reviewed}
        </Button>
        <IconButton
          icon={Undo2}
          label={eventsTexts.markUnreviewed}
          disabled={progress !== null}
          onClick={() => act.onReviewed(false)}
        />
        {mayChange && (
          <>
            <IconButton
              icon={Star}
              label={eventsTexts.star}
              disabled={progress !== null}
              onClick={act.onStar}
            />
            <IconButton
              icon={Trash2}
              label={eventsTexts.delete}
              disabled={progress !== null}
              onClick={act.onDelete}
            />
          </>
        )}
      </div>
    </section>
  );
}
