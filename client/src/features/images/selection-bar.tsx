// What is chosen, and what can be done with it: a bar at the bottom while a person chooses.
import { Download, Star, StarOff, Trash2, X } from "lucide-react";
import { Button, IconButton } from "@/components/button";
import { useShortcuts } from "@/lib/shortcuts";
import { imagesTexts } from "@/lib/texts/images";
import type { Selection } from "./selection";
import { useSelectionActions } from "./use-selection-actions";

export function SelectionBar({ selection, mayChange }: { selection: Selection; mayChange: boolean }) {
  const { busy, progress, allStarred, star, remove, save, cancel } = useSelectionActions(selection);
  const count = selection.tiles.size;
  const ready = count > 0 && !busy && progress === null;
  useShortcuts({
    Escape: () => selection.clear(),
    d: () => ready && void save(),
    s: () => ready && mayChange && void star(),
    Delete: () => ready && mayChange && void remove(),
  });
  const share = progress?.total ? Math.min(100, Math.floor((progress.received / progress.total) * 100)) : 0;
  return (
    <section
      aria-label={imagesTexts.selection}
      className="fixed inset-x-2 bottom-[calc(4.25rem+env(safe-area-inset-bottom))] z-30 mx-auto flex max-w-2xl animate-enter flex-wrap items-center gap-1 rounded-lg border border-line bg-raised p-2 shadow-2xl shadow-black/40 lg:bottom-6"
    >
      <IconButton icon={X} label={imagesTexts.endSelection} onClick={selection.clear} />
      <p role="status" className="mr-auto tabular-nums">
        {count === 0 ? imagesTexts.noneSelected : imagesTexts.selected(count)}
      </p>
      {progress ? (
        <>
          <div className="flex min-h-11 items-center gap-3 px-2">
            <progress
              aria-label={imagesTexts.packing}
              value={progress.total ? share : undefined}
              max={100}
              className="h-2 w-24 accent-accent sm:w-40"
            />
            <span className="w-10 text-right tabular-nums">{imagesTexts.downloading(share)}</span>
          </div>
          <IconButton icon={X} label={imagesTexts.cancelDownload} onClick={cancel} />
        </>
      ) : (
        <>
          {mayChange && (
            <BarButton
              icon={allStarred ? StarOff : Star}
              label={allStarred ? imagesTexts.unstar : imagesTexts.star}
              disabled={!ready}
              onClick={() => void star()}
            />
          )}
          <BarButton
            icon={Download}
            label={imagesTexts.download}
            disabled={!ready}
            onClick={() => void save()}
          />
          {mayChange && (
            <BarButton
              icon={Trash2}
              label={imagesTexts.delete}
              disabled={!ready}
              onClick={() => void remove()}
            />
          )}
        </>
      )}
    </section>
  );
}

function BarButton({
  icon,
  label,
  disabled,
  onClick,
}: {
  icon: typeof Star;
  label: string;
  disabled: boolean;
  onClick: () => void;
}) {
  return (
    <Button look="quiet" icon={icon} disabled={disabled} onClick={onClick} className="!px-3 text-text">
      <span className="max-sm:sr-only">{label}</span>
    </Button>
  );
}
