// The code of each page, in a file of its own that is loaded when it is wanted, and all of them once the first page is
// there: then every page still opens when the server is away.
import { ProblemError } from "@/api/problem";

export const PAGE_NOT_LOADED = "page_not_loaded";
const IDLE_MS = 3000;

/** A page's file that cannot be had because the server is away; when the server is there, an update took the file away. */
function page<T>(load: () => Promise<T>): () => Promise<T> {
  return () =>
    load().catch(() => {
      throw new ProblemError(0, PAGE_NOT_LOADED, "This page could not be loaded.");
    });
}

export const pages = {
  liveSession: page(() => import("./live-session")),
  connectionBanner: page(() => import("./connection-banner")),
  updateBanner: page(() => import("./update-banner")),
  offline: page(() => import("@/api/offline")),
  accountMenu: page(() => import("./account-menu")),
  events: page(() => import("@/features/events/events-page")),
  event: page(() => import("@/features/events/event-page")),
  images: page(() => import("@/features/images/images-page")),
  image: page(() => import("@/features/images/image-viewer")),
  cameras: page(() => import("@/features/cameras/cameras-page")),
  cameraSettings: page(() => import("@/features/camera-settings/camera-settings-page")),
  pairing: page(() => import("@/features/pairing/pairing-page")),
  live: page(() => import("@/features/live/live-page")),
  liveCamera: page(() => import("@/features/live/live-camera-page")),
  settings: page(() => import("@/features/settings/settings-page")),
  share: page(() => import("@/features/share/share-page")),
  join: page(() => import("@/features/session/join-page")),
  login: page(() => import("@/features/session/login-page")),
  welcome: page(() => import("@/features/session/welcome-page")),
};

/** Fetches what a signed-in person may open next, when the first page has had its time. Returns how to call it off. */
export function loadPagesWhenIdle(): () => void {
  const timer = setTimeout(() => {
    for (const load of [pages.events, pages.event, pages.images, pages.image, pages.cameras, pages.login]) {
      load().catch(() => {
        // It is asked for again when it is wanted.
      });
    }
  }, IDLE_MS);
  return () => clearTimeout(timer);
}
