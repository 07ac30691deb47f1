// A button that opens a small panel beside itself; closed by Escape, by a press elsewhere, and when focus leaves it.
import { type ReactNode, useEffect, useId, useRef, useState } from "react";

type MenuProps = {
  /** What the button shows, and its classes. */
  button: ReactNode;
  buttonClass: string;
  buttonLabel?: string;
  /** Where the panel stands, as classes relative to the button. */
  placement: string;
  label: string;
  children: (close: () => void) => ReactNode;
};

export function Menu({ button, buttonClass, buttonLabel, placement, label, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    const leave = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      setOpen(false);
      opener.current?.focus();
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
      document.removeEventListener("keydown", onKey);
    };
  }, [open]);

  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  return (
    <div ref={root} className="relative">
      <button
        ref={opener}
        type="button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={buttonLabel}
        title={buttonLabel}
        onClick={() => setOpen(!open)}
        className={buttonClass}
      >
        {button}
      </button>
      {open && (
        <section
          id={id}
          aria-label={label}
          className={`absolute z-40 animate-enter rounded-md border border-line bg-surface p-2 shadow-2xl shadow-black/40 ${placement}`}
        >
          {children(close)}
        </section>
      )}
    </div>
  );
}
