// Pages for what no page shows: an address that leads nowhere, and a page that failed.
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { CloudOff, Map as MapIcon, RotateCw, TriangleAlert } from "lucide-react";
import { useEffect } from "react";
import { isUnreachable } from "@/api/problem";
import { Button, buttonClass } from "@/components/button";
import { EmptyState } from "@/components/states";
import { texts } from "@/lib/texts";

const RETRY_MS = 4000;

export function NotFoundPage() {
  return (
    <main>
      <title>{`${texts.errors.notFoundTitle} · ${texts.product}`}</title>
      <h1 className="sr-only">{texts.errors.notFoundTitle}</h1>
      <EmptyState icon={MapIcon} title={texts.errors.notFoundTitle} hint={texts.errors.notFound}>
        <Link to="/" className={buttonClass("primary")}>
          {texts.errors.home}
        </Link>
      </EmptyState>
    </main>
  );
}

/** An error of ours is shown with a way out; a server that does not answer is tried again by itself. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const away = isUnreachable(error);
  useEffect(() => {
    if (!away) return;
    const timer = setInterval(() => void router.invalidate(), RETRY_MS);
    return () => clearInterval(timer);
  }, [away, router]);
  const title = away ? texts.errors.unreachable : texts.errors.title;
  return (
    <main role="alert">
      <title>{`${texts.errors.title} · ${texts.product}`}</title>
      <h1 className="sr-only">{texts.errors.title}</h1>
      <EmptyState
        icon={away ? CloudOff : TriangleAlert}
        title={title}
        hint={away ? undefined : texts.errors.unexpected}
      >
        <Button
          icon={RotateCw}
          look="primary"
          onClick={() => {
            reset();
            if (away) void router.invalidate();
            else window.location.reload();
          }}
        >
          {away ? texts.errors.retry : texts.errors.reload}
        </Button>
      </EmptyState>
    </main>
  );
}
