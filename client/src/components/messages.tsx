// The page's one polite live region, and the toast.
import { X } from "lucide-react";
import { useAnnouncement } from "@/lib/announce";
import { texts } from "@/lib/texts";
import { dismissToast, useToast } from "@/lib/toasts";

export function LiveRegion() {
  return (
    <div aria-live="polite" className="sr-only">
      {useAnnouncement()}
    </div>
  );
}

export function Toaster() {
  const toast = useToast();
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-4 bottom-[calc(5rem+env(safe-area-inset-bottom))] z-50 flex justify-center lg:bottom-6"
    >
      {toast && (
        <div
          className={`pointer-events-auto flex animate-enter items-center gap-2 rounded-md border py-1 pr-1 pl-4 shadow-2xl shadow-black/40 ${
            toast.tone === "bad" ? "border-bad/50 bg-bad-soft" : "border-line bg-raised"
          }`}
        >
          <span>{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              onClick={() => {
                toast.action?.run();
                dismissToast();
              }}
              className="min-h-11 rounded-sm px-3 font-semibold text-accent-text hover:bg-bg/40"
            >
              {toast.action.label}
            </button>
          )}
          <button
            type="button"
            aria-label={texts.dismiss}
            onClick={dismissToast}
            className="grid size-11 place-items-center rounded-sm hover:bg-bg/40"
          >
            <X aria-hidden className="size-4" />
          </button>
        </div>
      )}
    </div>
  );
}
