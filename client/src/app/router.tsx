// The viewer's pages and what each needs before it is shown. Everything but sign-in and first start is behind a session.
// Paths must not collide with the API's resources, which stand at the same root.
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouterHistory,
  redirect,
} from "@tanstack/react-router";
import { isUnreachable } from "@/api/problem";
import { sessionQuery, setupQuery } from "@/api/session";
import { parseEventSearch, parseEventsSearch } from "@/features/events/search";
import { parseImagesSearch } from "@/features/images/search";
import { BrokenPage, BrokenStart, NotFoundPage } from "./fallback-pages";
import { pages } from "./pages";
import { Shell } from "./shell";

const root = createRootRouteWithContext<{ client: QueryClient }>()({ component: Outlet });

async function isSetupNeeded(client: QueryClient): Promise<boolean> {
  return (await client.fetchQuery(setupQuery)).needed;
}

/** Who is signed in; without the server, who was when this device last spoke to it. */
async function sessionOf(client: QueryClient) {
  try {
    return await client.ensureQueryData(sessionQuery);
  } catch (error) {
    const { restoreOffline } = await pages.offline();
    if (!isUnreachable(error) || !(await restoreOffline(client))) throw error;
    return client.getQueryData(sessionQuery.queryKey) ?? null;
  }
}

const signedIn = createRoute({
  id: "signed-in",
  getParentRoute: () => root,
  beforeLoad: async ({ context: { client }, location }) => {
    if ((await sessionOf(client)) !== null) return;
    if (await isSetupNeeded(client)) throw redirect({ to: "/welcome" });
    throw redirect({ to: "/login", search: location.href === "/" ? {} : { next: location.href } });
  },
  component: Shell,
  errorComponent: BrokenStart,
});

const events = createRoute({
  path: "/",
  getParentRoute: () => signedIn,
  validateSearch: parseEventsSearch,
  component: lazyRouteComponent(pages.events, "EventsPage"),
});

const event = createRoute({
  path: "/events/$eventId",
  getParentRoute: () => signedIn,
  validateSearch: parseEventSearch,
  component: lazyRouteComponent(pages.event, "EventPage"),
});

const images = createRoute({
  path: "/gallery",
  getParentRoute: () => signedIn,
  validateSearch: parseImagesSearch,
  component: lazyRouteComponent(pages.images, "ImagesPage"),
});

const image = createRoute({
  path: "$imageId",
  getParentRoute: () => images,
  component: lazyRouteComponent(pages.image, "ImageViewer"),
});

const cameras = createRoute({
  path: "/settings/cameras",
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(pages.cameras, "CamerasPage"),
});

const cameraSettings = createRoute({
  path: "/settings/cameras/$cameraId",
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(pages.cameraSettings, "CameraSettingsPage"),
});

const settings = createRoute({
  path: "/settings",
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(pages.settings, "SettingsPage"),
});

const settingsSection = createRoute({
  path: "/settings/$section",
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(pages.settings, "SettingsPage"),
});

const pairing = createRoute({
  path: "/settings/cameras/pair",
  getParentRoute: () => signedIn,
  validateSearch: ({ camera }): { camera?: string } => (typeof camera === "string" ? { camera } : {}),
  component: lazyRouteComponent(pages.pairing, "PairingPage"),
});

const live = createRoute({
  path: "/live",
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(pages.live, "LivePage"),
});

const liveCamera = createRoute({
  path: "/live/$cameraId",
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(pages.liveCamera, "LiveCameraPage"),
});

/** Only a path of this site: an address from outside never decides where a person lands after signing in. */
function parseNext(search: Record<string, unknown>): { next?: string } {
  const { next } = search;
  return typeof next === "string" && /^\/(?![/\\])/.test(next) ? { next } : {};
}

const login = createRoute({
  path: "/login",
  getParentRoute: () => root,
  validateSearch: parseNext,
  beforeLoad: async ({ context: { client } }) => {
    if ((await client.ensureQueryData(sessionQuery)) !== null) throw redirect({ to: "/" });
    if (await isSetupNeeded(client)) throw redirect({ to: "/welcome" });
  },
  errorComponent: BrokenStart,
  component: lazyRouteComponent(pages.login, "LoginPage"),
});

const welcome = createRoute({
  path: "/welcome",
  getParentRoute: () => root,
  beforeLoad: async ({ context: { client } }) => {
    if (!(await isSetupNeeded(client))) throw redirect({ to: "/" });
  },
  errorComponent: BrokenStart,
  component: lazyRouteComponent(pages.welcome, "WelcomePage"),
});

const join = createRoute({
  path: "/join/$invitation",
  getParentRoute: () => root,
  component: lazyRouteComponent(pages.join, "JoinPage"),
});

const share = createRoute({
  path: "/share/$share",
  getParentRoute: () => root,
  component: lazyRouteComponent(pages.share, "SharePage"),
});

const routeTree = root.addChildren([
  signedIn.addChildren([
    events,
    event,
    images.addChildren([image]),
    live,
    liveCamera,
    cameras,
    cameraSettings,
    pairing,
    settings,
    settingsSection,
  ]),
  login,
  welcome,
  join,
  share,
]);

export function createAppRouter(client: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: "intent",
    scrollRestoration: true,
    // What a route does not know of its address never reaches its page.
    search: { strict: true },
    defaultErrorComponent: BrokenPage,
    defaultNotFoundComponent: NotFoundPage,
    notFoundMode: "root",
    ...(history ? { history } : {}),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
