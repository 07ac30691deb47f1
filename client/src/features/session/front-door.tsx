// The frame of the pages before the viewer: sign-in and first start.
import type { ReactNode } from "react";
import { texts } from "@/lib/texts";

export function FrontDoor({ title, hint, children }: { title: string; hint: string; children?: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <title>{`${title} · ${texts.product}`}</title>
      <div className="w-full max-w-sm animate-enter rounded-lg border border-line bg-surface p-6 sm:p-8">
        <img src="/icon.svg" alt="" width="48" height="48" />
        <h1 className="mt-5 font-semibold text-xl tracking-tight">{title}</h1>
        <p className="mt-1 mb-6 text-muted">{hint}</p>
        {children}
      </div>
    </main>
  );
}
