// Marks that were made without the server: kept on this device and sent when it is back. Each says what is to be, not what
// to do ("reviewed", not "toggle"), so sending one twice does no harm, and the newest for a thing replaces those before.
import { get, update } from "idb-keyval";
import type { AlertMark } from "./alerts";
import { data, http } from "./client";
import { isUnreachable } from "./problem";

export type Mark = { kind: "alert" | "image"; id: string; body: Omit<AlertMark, "id"> };

const NAME = "picam-outbox";
const MOST = 2000;
/** One failed call does not end the WebSocket, whose return would send what waits: it is tried again by itself as well. */
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;

type Waiting = Record<string, Mark>;

/** False when this device cannot keep it. */
export async function keepMark(mark: Mark): Promise<boolean> {
  try {
    await update<Waiting>(NAME, (waiting = {}) => {
      const name = `${mark.kind} ${mark.id}`;
      if (Object.keys(waiting).length >= MOST && !waiting[name]) throw new Error("full");
      return { ...waiting, [name]: { ...mark, body: { ...waiting[name]?.body, ...mark.body } } };
    });
    return true;
  } catch {
    return false;
  }
}

/** Sends what waits; stops when the server is away again. Returns how many were sent. */
export async function sendMarks(): Promise<number> {
  const waiting = await whatWaits();
  let sent = 0;
  for (const [name, mark] of Object.entries(waiting)) {
    try {
      await send(mark);
    } catch (error) {
      // What the server refuses (it was deleted meanwhile) will never be taken: it is let go.
      if (isUnreachable(error)) return sent;
    }
    sent += 1;
    await update<Waiting>(NAME, (now = {}) => {
      const rest = { ...now };
      // Changed again while it was sent: then it has to be sent again.
      if (JSON.stringify(rest[name]) === JSON.stringify(mark)) delete rest[name];
      return rest;
    });
  }
  return sent;
}

let retry: ReturnType<typeof setTimeout> | undefined;

/** Sends what waits after a while, ever later, until nothing waits any more. */
export function sendSoon(afterMs = FIRST_RETRY_MS): void {
  if (retry !== undefined) return;
  retry = setTimeout(async () => {
    retry = undefined;
    await sendMarks();
    if (Object.keys(await whatWaits()).length > 0) sendSoon(Math.min(2 * afterMs, LONGEST_RETRY_MS));
  }, afterMs);
}

/** Nothing where this device keeps nothing: the store may be switched off, or not exist at all. */
async function whatWaits(): Promise<Waiting> {
  try {
    return (await get<Waiting>(NAME)) ?? {};
  } catch {
    return {};
  }
}

function send({ kind, id, body }: Mark): Promise<unknown> {
  return kind === "alert"
    ? data(http.PATCH("/alerts/{alert_id}", { params: { path: { alert_id: id } }, body }))
    : data(http.PATCH("/images/{image_id}", { params: { path: { image_id: id } }, body }));
}
