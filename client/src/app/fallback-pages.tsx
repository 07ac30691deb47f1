// Pages for what no page shows: an address that leads nowhere, and a page that failed.
import { type AnyRouter, type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { CloudOff, Map as MapIcon, RotateCw, TriangleAlert } from "lucide-react";
import { useEffect } from "react";
import { isUnreachable, ProblemError } from "@/api/problem";
import { Button, buttonClass } from "@/components/button";
import { EmptyState } from "@/components/states";
import { texts } from "@/lib/texts";
import { PAGE_NOT_LOADED } from "./pages";

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

/** Asks again; a page whose file did not come needs the whole page anew, but only once the server is there. */
async function recover(error: unknown, router: AnyRouter): Promise<void> {
  if (!(error instanceof ProblemError && error.code === PAGE_NOT_LOADED)) return router.invalidate();
  const answer = await fetch("/healthz").catch(() => null);
  if (answer?.ok) window.location.reload();
}

/** An error of ours is shown with a way out; a server that does not answer is tried again by itself. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const away = isUnreachable(error);
  useEffect(() => {
    if (!away) return;
    const timer = setInterval(() => void recover(error, router), RETRY_MS);
    return () => clearInterval(timer);
  }, [away, error, router]);
  const title = away ? texts.errors.unreachable : texts.errors.title;
  return (
    <div role="alert">
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
            if (!away) window.location.reload();
            reset();
            void recover(error, router);
          }}
        >
          {away ? texts.errors.retry : texts.errors.reload}
        </Button>
      </EmptyState>
    </div>
  );
}

/** The same where no shell stands around it. */
export function BrokenStart(props: ErrorComponentProps) {
  return (
    <main>
      <BrokenPage {...props} />
    </main>
  );
}
