// What the WebSocket says, read defensively: a frame that is not understood is treated as a gap, never as a crash.
// Shapes: contract/ws.schema.json; the examples there are read by this module's test.
import type { AlertCore, Camera, Image } from "./wire";

type Action = "created" | "updated" | "deleted";
export type Change =
  | { kind: "alert"; action: Action; alert_id: string; camera_id: string; alert: AlertCore | null }
  | { kind: "image"; action: Action; image_id: string; camera_id: string; image: Image | null }
  | { kind: "camera"; action: Action; camera_id: string; camera: Camera | null }
  | { kind: "review"; action: "updated"; alert_id: string; camera_id: string; reviewed: boolean };

type Numbered = { seq: number; cursor: string };
export type LiveMessage =
  | (Numbered & { type: "hello"; resumed: boolean; server_time: string })
  | (Numbered & { type: "changes"; changes: Change[] })
  | (Numbered & { type: "resync" })
  | (Numbered & { type: "heartbeat" })
  /** Of a newer server: it still counts in the numbering. */
  | (Numbered & { type: "other" });

const KNOWN = new Set(["hello", "changes", "resync", "heartbeat"]);
const KINDS = new Set(["alert", "image", "camera", "review"]);

/** The message of a text frame, or null when it is none. Kinds of change that are not known are left out. */
export function parseLiveMessage(frame: unknown): LiveMessage | null {
  if (typeof frame !== "string") return null;
  let message: unknown;
  try {
    message = JSON.parse(frame);
  } catch {
    return null;
  }
  if (!isRecord(message)) return null;
  const { type, seq, cursor } = message;
  if (typeof type !== "string" || typeof seq !== "number" || typeof cursor !== "string") return null;
  if (!KNOWN.has(type)) return { type: "other", seq, cursor };
  if (type !== "changes") return message as LiveMessage;
  if (!Array.isArray(message.changes)) return null;
  const changes = message.changes.filter((change) => isRecord(change) && KINDS.has(String(change.kind)));
  return { type, seq, cursor, changes: changes as Change[] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
