// Says when the server is away, and how old the screen is. A short loss is not worth a word. It stands over the page's
// lower edge, so that it moves nothing.
import { CloudOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useConnection } from "@/api/connection";
import { useTimeZone } from "@/api/session";
import { clockTime, dateAndTime, dayOf } from "@/lib/site-time";
import { texts } from "@/lib/texts";

const GRACE_MS = 1500;

export function ConnectionBanner({ onRetry }: { onRetry: () => void }) {
  const connection = useConnection();
  const timeZone = useTimeZone();
  const away = connection.state === "away";
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    setLasting(false);
    if (!away) return;
    const timer = setTimeout(() => setLasting(true), GRACE_MS);
    return () => clearTimeout(timer);
  }, [away]);
  return (
    <div
      role="status"
      className="fixed inset-x-0 bottom-[calc(3.5rem+env(safe-area-inset-bottom))] z-20 lg:bottom-0 lg:left-18"
    >
      {away && lasting && (
        <div
          className="flex items-center gap-3 border-accent-text/40 border-t bg-accent-soft px-4 py-1 lg:px-8"
          data-testid="away"
        >
          <CloudOff aria-hidden className="size-5 shrink-0 text-accent-text" />
          <p>{texts.connection.away(since(connection.asOf, timeZone))}</p>
          <button
            type="button"
            onClick={onRetry}
            className="ml-auto min-h-11 shrink-0 rounded-sm px-2 font-medium underline underline-offset-4"
          >
            {texts.connection.retry}
          </button>
        </div>
      )}
    </div>
  );
}

/** The clock, with its day when that is not today. */
function since(at: Date, timeZone: string): string {
  const today = dayOf(at, timeZone) === dayOf(new Date(), timeZone);
  return today ? clockTime(at, timeZone) : dateAndTime(at, timeZone);
}
