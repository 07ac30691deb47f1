// The head of a page: its title, one line about its state, and actions. Also names the browser's tab.
import type { ReactNode } from "react";
import { texts } from "@/lib/texts";

export function PageHeader({
  title,
  note,
  children,
}: {
  title: string;
  note?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <header className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-2 pr-13 lg:pr-0">
      <title>{`${title} · ${texts.product}`}</title>
      <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
      {note && <p className="text-muted">{note}</p>}
      {children && <div className="ml-auto flex items-center gap-2">{children}</div>}
    </header>
  );
}
