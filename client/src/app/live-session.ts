// Joins the WebSocket to the query cache for as long as a person is signed in and the shell is on the screen.
import type { QueryClient } from "@tanstack/react-query";
import { applyChanges } from "@/api/apply-changes";
import { markAway, markLive } from "@/api/connection";
import { LiveUpdates } from "@/api/live-updates";
import { keepForOffline } from "@/api/offline";
import { sendMarks } from "@/api/outbox";
import { forgetSession } from "@/api/session";

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

export type LiveSession = { retryNow: () => void; stop: () => void };

/** Starts the live updates of a signed-in person; `onSignedOut` is called when the server ends the session. */
export function startLiveSession(
  client: QueryClient,
  timeZone: string,
  onSignedOut: () => void,
): LiveSession {
  let poll: ReturnType<typeof setInterval> | undefined;
  const live = new LiveUpdates(address(), {
    onChanges: (changes) => applyChanges(client, changes, timeZone),
    onRefetch: () => refetchShown(client),
    onConnected: () => {
      clearInterval(poll);
      markLive();
      // Marks made without the server; what they changed is asked for again when they have arrived.
      void sendMarks().then((sent) => sent > 0 && refetchShown(client));
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
      onSignedOut();
    },
  });
  const stopKeeping = keepForOffline(client);
  live.start();
  return {
    retryNow: () => live.retryNow(),
    stop: () => {
      clearInterval(poll);
      stopKeeping();
      live.stop();
    },
  };
}
