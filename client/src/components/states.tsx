// What a page shows when it has no content: still loading, nothing there, or failed. One sentence, one action.
import type { LucideIcon } from "lucide-react";
import { CloudOff, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { texts } from "@/lib/texts";
import { Button } from "./button";

export function Skeleton({ className = "" }: { className?: string }) {
  return <div aria-hidden className={`animate-breathe rounded-md bg-raised ${className}`} />;
}

/** Says "Loading" to a screen reader, once, around the skeletons. */
export function Loading({ children, className = "" }: { children: ReactNode; className?: string }) {
  return (
    <div role="status" className={className}>
      <span className="sr-only">{texts.loading}</span>
      {children}
    </div>
  );
}

type EmptyStateProps = {
  icon: LucideIcon;
  title: string;
  hint?: string | undefined;
  children?: ReactNode;
  live?: boolean;
};

export function EmptyState({ icon: Icon, title, hint, children, live = false }: EmptyStateProps) {
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-3 px-4 py-16 text-center lg:py-24">
      <span className="relative grid size-16 place-items-center rounded-full bg-raised text-muted">
        {live && (
          <span aria-hidden className="absolute inset-0 animate-breathe rounded-full ring-2 ring-accent/60" />
        )}
        <Icon aria-hidden className="size-7" />
      </span>
      <h2 className="font-semibold text-lg">{title}</h2>
      {hint && <p className="text-base text-muted">{hint}</p>}
      {children}
    </div>
  );
}

type ErrorStateProps = { title: string; detail: string; onRetry: () => void };

export function ErrorState({ title, detail, onRetry }: ErrorStateProps) {
  return (
    <div role="alert">
      <EmptyState icon={CloudOff} title={title} hint={detail}>
        <Button icon={RotateCw} onClick={onRetry}>
          {texts.errors.retry}
        </Button>
      </EmptyState>
    </div>
  );
}
