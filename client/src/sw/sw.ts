// The service worker: the viewer starts without the server, and thumbnails that were seen are there again at once. It keeps
// no answer of the API and no picture at full size. Built for itself by `scripts/service-worker.ts`, which fills in the list
// of files. A new version waits until a person asks for it, so that nothing changes under their hands.
/// <reference lib="webworker" />
import { notificationOf, pressed, pushedOf, snoozedNotification } from "./push";
import { cacheName, isPage, type ShellFile, surplus, THUMBNAILS, thumbnailOf } from "./rules";

declare const self: ServiceWorkerGlobalScope;
/** Written by the build: every file of the viewer, with what it holds for those without a hash in their name. */
declare const __SHELL__: ShellFile[];

const SHELL = cacheName(__SHELL__);
const TRIM_EVERY = 50;
const PICTURE_WITHIN_MS = 2000;
let kept = 0;

self.addEventListener("install", (event) => {
  const requests = __SHELL__.map(({ url }) => new Request(url, { cache: "reload" }));
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(requests)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) => {
      const old = names.filter((name) => name.startsWith("shell-") && name !== SHELL);
      return Promise.all(old.map((name) => caches.delete(name)));
    }),
  );
});

self.addEventListener("message", (event) => {
  if (event.data === "take-over") void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (isPage(url.pathname)) event.respondWith(fromShell("/", request));
  } else if (__SHELL__.some((file) => file.url === url.pathname)) {
    event.respondWith(fromShell(url.pathname, request));
  } else if (thumbnailOf(url.pathname)) {
    event.respondWith(thumbnail(request));
  }
});

async function fromShell(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(SHELL);
  return (await cache.match(path)) ?? fetch(request);
}

async function thumbnail(request: Request): Promise<Response> {
  const cache = await caches.open(THUMBNAILS);
  const known = await cache.match(request.url);
  if (known) return known;
  const answer = await fetch(request);
  // An answer from elsewhere (an object store's signed address) is not ours to keep.
  if (answer.status === 200 && answer.type === "basic" && !answer.redirected) {
    const copy = answer.clone();
    // Not waited for: what is looked at comes first. A full disk only means that nothing is kept.
    void cache.put(request.url, copy).then(trim, () => {});
  }
  return answer;
}

async function trim(): Promise<void> {
  kept += 1;
  if (kept % TRIM_EVERY !== 1) return;
  const cache = await caches.open(THUMBNAILS);
  // Oldest first, as they were put.
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, surplus(keys.length)).map((key) => cache.delete(key)));
}

self.addEventListener("push", (event) => event.waitUntil(show(event.data?.text())));

async function show(text: string | undefined): Promise<void> {
  const pushed = pushedOf(text);
  const picture = pushed?.key_image_id ? await pictureOf(pushed.key_image_id) : undefined;
  await self.registration.showNotification(...notificationOf(pushed, picture));
  // The only true receipt; without a line or a session there is none.
  if (pushed) await fetch(`/notifications/${pushed.id}/seen`, { method: "POST" }).catch(() => {});
}

/** As a data address, because a browser asks for a notification's picture without the session. Words do not wait for it. */
async function pictureOf(id: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(PICTURE_WITHIN_MS);
    const answer = await fetch(`/images/${id}/thumbnail`, { signal });
    if (!answer.ok) return undefined;
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return `data:image/jpeg;base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
  } catch {
    return undefined;
  }
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(act(event.action, event.notification.data));
});

async function act(action: string, kept: Parameters<typeof pressed>[1]): Promise<void> {
  const path = await pressed(action, kept, Date.now(), (to, init) => fetch(to, init));
  if (path !== undefined) await open(path);
  else if (action === "snooze") await self.registration.showNotification(...snoozedNotification());
}

/** In the window that is there already, or in a new one. */
async function open(path: string): Promise<void> {
  const [window] = await self.clients.matchAll({ type: "window" });
  if (!window) {
    await self.clients.openWindow(path);
    return;
  }
  await window.focus();
  await window.navigate(path);
}
