// A native dialog that comes from below on a phone and stands in the middle on a desk. Escape and a press beside it close it.
import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { texts } from "@/lib/texts";
import { IconButton } from "./button";

type SheetProps = { title: string; onClose: () => void; children: ReactNode };

export function Sheet({ title, onClose, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a native dialog by itself.
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current.close();
      }}
      className="mx-auto mt-auto mb-0 max-h-[85dvh] w-full max-w-md rounded-t-lg border border-line bg-surface pb-[env(safe-area-inset-bottom)] backdrop:bg-black/60 sm:my-auto sm:rounded-lg"
    >
      <div className="p-3">
        <div className="flex items-center justify-between gap-4 pl-2">
          <h2 id={id} className="font-semibold text-base">
            {title}
          </h2>
          <IconButton icon={X} label={texts.close} onClick={() => dialog.current?.close()} />
        </div>
        {children}
      </div>
    </dialog>
  );
}
