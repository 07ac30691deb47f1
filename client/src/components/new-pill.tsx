// "3 new": what waits above the list until the person wants it.
import { ArrowUp } from "lucide-react";

export function NewPill({
  count,
  text,
  label,
  onShow,
}: {
  count: number;
  text: string;
  label: string;
  onShow: () => void;
}) {
  if (count === 0) return null;
  return (
    <div className="pointer-events-none sticky top-[4.75rem] z-30 flex h-0 justify-center">
      <button
        type="button"
        onClick={onShow}
        aria-label={label}
        data-testid="new-pill"
        className="pointer-events-auto flex h-11 animate-enter items-center gap-2 rounded-full bg-accent px-4 font-semibold text-on-accent shadow-black/40 shadow-lg"
      >
        <ArrowUp aria-hidden className="size-4" />
        {text}
      </button>
    </div>
  );
}
