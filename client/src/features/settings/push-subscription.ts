// This browser's push subscription: asked for when a person wants it, and only where the browser can.
import { type ChannelConfig, pushKey } from "@/api/notifications";
import { notificationTexts } from "@/lib/texts/notifications";

const t = notificationTexts.channels;

/** Push needs a secure context with a service worker; an iPhone has it in the installed app alone. */
export function canPush(): boolean {
  return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
}

/** Asks the person, then the browser's push service. Throws with words for the person when either says no. */
export async function subscribe(): Promise<ChannelConfig> {
  if ((await Notification.requestPermission()) !== "granted") throw new Error(t.pushBlocked);
  const registration = await navigator.serviceWorker.ready;
  const key = bytesOf(await pushKey());
  const earlier = await registration.pushManager.getSubscription();
  // One of another server's key would be refused by the push service.
  await earlier?.unsubscribe();
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = made.toJSON();
  return { kind: "web_push", endpoint: endpoint ?? "", p256dh: keys?.p256dh ?? "", auth: keys?.auth ?? "" };
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
