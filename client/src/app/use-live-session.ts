// Live updates for as long as the shell is on the screen. Their code comes beside the first page, not before it.
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { markAway } from "@/api/connection";
import { useTimeZone } from "@/api/session";
import type { LiveSession } from "./live-session";
import { pages } from "./pages";

const RETRY_MS = 4000;

/** Starts the live updates; returns a way to try again at once. */
export function useLiveSession(): () => void {
  const client = useQueryClient();
  const router = useRouter();
  const timeZone = useTimeZone();
  const session = useRef<LiveSession | null>(null);
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const begin = () =>
      pages.liveSession().then(
        ({ startLiveSession }) => {
          if (stopped) return;
          session.current = startLiveSession(client, timeZone, () => void router.invalidate());
        },
        () => {
          if (stopped) return;
          markAway();
          timer = setTimeout(begin, RETRY_MS);
        },
      );
    void begin();
    return () => {
      stopped = true;
      clearTimeout(timer);
      session.current?.stop();
      session.current = null;
    };
  }, [client, router, timeZone]);
  return () => session.current?.retryNow();
}
