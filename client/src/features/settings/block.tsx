// A part of a section: a heading, a sentence, and content in a frame.
import { type ReactNode, useId } from "react";

export function Block({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="mt-4 rounded-md border border-line bg-surface p-4">
      <h3 id={id} className="font-medium">
        {title}
      </h3>
      {hint && <p className="mt-0.5 text-muted">{hint}</p>}
      <div className="mt-3">{children}</div>
    </section>
  );
}

/** A list of things, each with what can be done to it at the right. */
export function Rows({ children }: { children: ReactNode }) {
  return <ul className="divide-y divide-line">{children}</ul>;
}

export function Item({
  title,
  note,
  children,
}: {
  title: ReactNode;
  note?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <li className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 py-2">
      <div className="min-w-0 flex-1">
        <p className="break-words font-medium">{title}</p>
        {note && <p className="text-muted text-xs">{note}</p>}
      </div>
      {children && <div className="flex items-center gap-2">{children}</div>}
    </li>
  );
}
