// Joins the WebSocket to the query cache for as long as a person is signed in and the shell is on the screen.
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { applyChanges } from "@/api/apply-changes";
import { markAway, markLive } from "@/api/connection";
import { LiveUpdates } from "@/api/live-updates";
import { forgetSession, useTimeZone } from "@/api/session";

/** Without live updates (a proxy may not let a WebSocket through) pages still renew themselves this often. */
const POLL_WHEN_AWAY_MS = 15_000;

function refetchShown(client: QueryClient): void {
  void client.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] !== "session" && queryKey[0] !== "setup",
  });
}

function address(): string {
  const { protocol, host } = window.location;
  return `${protocol === "https:" ? "wss" : "ws"}://${host}/ws`;
}

/** Starts the live updates; returns a way to try again at once. */
export function useLiveSession(): () => void {
  const client = useQueryClient();
  const router = useRouter();
  const timeZone = useTimeZone();
  const updates = useRef<LiveUpdates | null>(null);
  useEffect(() => {
    let poll: ReturnType<typeof setInterval> | undefined;
    const live = new LiveUpdates(address(), {
      onChanges: (changes) => applyChanges(client, changes, timeZone),
      onRefetch: () => refetchShown(client),
      onConnected: () => {
        clearInterval(poll);
        markLive();
        // What failed while the server was away need not wait for its next turn.
        void client.refetchQueries({ predicate: ({ state }) => state.status === "error" });
      },
      onLost: () => {
        markAway();
        clearInterval(poll);
        poll = setInterval(() => refetchShown(client), POLL_WHEN_AWAY_MS);
      },
      onSignedOut: () => {
        forgetSession(client);
        void router.invalidate();
      },
    });
    updates.current = live;
    live.start();
    return () => {
      clearInterval(poll);
      live.stop();
    };
  }, [client, router, timeZone]);
  return () => updates.current?.retryNow();
}
