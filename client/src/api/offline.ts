// What this device keeps for a start without the server: who is signed in, the cameras and the newest events, each with its
// age. Only where a service worker can start the viewer at all; gone when the person signs out.
import { type DehydratedState, dehydrate, hydrate, type QueryClient } from "@tanstack/react-query";
import { del, get, set } from "idb-keyval";
import { THUMBNAILS } from "@/sw/rules";
import { markStored } from "./connection";
import { keys } from "./keys";
import type { Pages } from "./pages";
import type { Alert, Session } from "./wire";

const NAME = "picam-offline";
const FORMAT = 1;
const SAVE_AFTER_MS = 2000;
const KEPT: readonly string[] = [keys.session, keys.cameras, keys.alertList({})].map((key) =>
  JSON.stringify(key),
);

type Stored = { format: number; savedAt: number; state: DehydratedState };

const possible = () => "serviceWorker" in navigator && "indexedDB" in globalThis;

/** Keeps what changes, a moment later; returns how to stop. */
export function keepForOffline(client: QueryClient): () => void {
  if (!possible()) return () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = () => {
    timer = undefined;
    void set(NAME, { format: FORMAT, savedAt: Date.now(), state: stateOf(client) } satisfies Stored).catch(
      () => {
        // Storage is full or switched off: then there is no start without the server.
      },
    );
  };
  const stop = client.getQueryCache().subscribe(({ type, query }) => {
    if (type === "updated" && timer === undefined && KEPT.includes(query.queryHash)) {
      timer = setTimeout(save, SAVE_AFTER_MS);
    }
  });
  timer = setTimeout(save, SAVE_AFTER_MS);
  return () => {
    clearTimeout(timer);
    stop();
  };
}

function stateOf(client: QueryClient): DehydratedState {
  const state = dehydrate(client, {
    shouldDehydrateQuery: ({ queryHash, state: { data, status } }) =>
      KEPT.includes(queryHash) && status === "success" && data !== null,
    shouldDehydrateMutation: () => false,
  });
  for (const query of state.queries) {
    const { pages, pageParams } = (query.state.data ?? {}) as Partial<Pages<Alert>>;
    // The first page is what a person sees; the rest is asked for again.
    if (pages && pageParams)
      query.state.data = { pages: pages.slice(0, 1), pageParams: pageParams.slice(0, 1) };
  }
  return state;
}

/** Fills the cache with what was kept; false when there is nothing. */
export async function restoreOffline(client: QueryClient): Promise<boolean> {
  if (!possible()) return false;
  const stored = await get<Stored>(NAME).catch(() => undefined);
  if (stored?.format !== FORMAT) return false;
  hydrate(client, stored.state);
  if (!client.getQueryData<Session>(keys.session)) return false;
  markStored(new Date(stored.savedAt));
  return true;
}

/** Nothing of what this person saw stays on the device. */
export async function forgetOffline(): Promise<void> {
  if (!possible()) return;
  await Promise.all([
    del(NAME),
    del("picam-outbox"),
    globalThis.caches?.delete(THUMBNAILS),
    unsubscribe(),
  ]).catch(() => {});
}

/** Nor do messages come to it any more: the server learns from the push service that this browser is gone. */
async function unsubscribe(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}
