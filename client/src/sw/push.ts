// What a push message becomes on the device, and what its buttons do. Pure but for the calls that it is given.
import { pushTexts } from "../lib/texts/push";

/** What the server sends; see `payload_of` in its Web Push channel. */
export type Pushed = {
  id: string;
  phase: string;
  thread_id: string;
  title: string;
  text: string;
  path: string;
  silent: boolean;
  alert_id: string | null;
  camera_id: string | null;
  timestamp: string | null;
  key_image_id: string | null;
};

/** What TypeScript's own list of options leaves out, though browsers take it. */
type Options = NotificationOptions & {
  image?: string;
  renotify?: boolean;
  timestamp?: number;
  actions?: { action: string; title: string }[];
};
type Kept = Pick<Pushed, "path" | "alert_id">;
type Fetch = (path: string, init: RequestInit) => Promise<{ ok: boolean }>;

const SNOOZE_MS = 3_600_000;
const ICON = "/icon-192.png";

/** Undefined for what is no message of ours. */
export function pushedOf(text: string | undefined): Pushed | undefined {
  try {
    const read = JSON.parse(text ?? "") as Partial<Pushed>;
    return typeof read.title === "string" && typeof read.path === "string" ? (read as Pushed) : undefined;
  } catch {
    return undefined;
  }
}

/** The notification. Messages of one walk stand in one place; only a new one sounds again. A browser ends the permission of
 * a page that shows nothing for a push, so there is always something to show. */
export function notificationOf(
  pushed: Pushed | undefined,
  picture?: string,
): [title: string, options: Options] {
  if (!pushed)
    return [pushTexts.unreadable, { icon: ICON, tag: "unreadable", data: { path: "/", alert_id: null } }];
  const { title, text, thread_id, silent, timestamp, path, alert_id } = pushed;
  // Browsers show two at most; to view it, one presses the notification itself.
  const ofAlert = [
    { action: "snooze", title: pushTexts.snooze },
    { action: "not_an_alarm", title: pushTexts.notAnAlarm },
  ];
  return [
    title,
    {
      body: text,
      icon: ICON,
      tag: thread_id,
      silent,
      renotify: !silent,
      data: { path, alert_id } satisfies Kept,
      ...(timestamp ? { timestamp: Date.parse(timestamp) } : {}),
      ...(picture ? { image: picture } : {}),
      ...(alert_id ? { actions: ofAlert } : {}),
    },
  ];
}

/** Does what was pressed. Returns the page to open, or undefined when there is none to: what could not be done (signed out,
 * no line) leads to the page, where one sees why. */
export async function pressed(
  action: string,
  kept: Kept,
  now: number,
  fetch: Fetch,
): Promise<string | undefined> {
  const call =
    action === "snooze"
      ? send(fetch, "/notifications/settings", {
          snoozed_until: new Date(now + SNOOZE_MS).toISOString(),
          snoozed_camera_id: null,
        })
      : action === "not_an_alarm" && kept.alert_id
        ? send(fetch, `/alerts/${kept.alert_id}`, { verdict: "not_an_alarm", reviewed: true })
        : Promise.resolve(false);
  return (await call) ? undefined : kept.path;
}

/** Said after a snooze, in the place of the message: that nothing more comes must be seen. */
export function snoozedNotification(): [title: string, options: Options] {
  const data: Kept = { path: "/settings/notifications", alert_id: null };
  return [pushTexts.snoozed, { body: pushTexts.snoozedHint, icon: ICON, tag: "snoozed", silent: true, data }];
}

async function send(fetch: Fetch, path: string, body: unknown): Promise<boolean> {
  const init = {
    method: "PATCH",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  return fetch(path, init).then(
    ({ ok }) => ok,
    () => false,
  );
}
