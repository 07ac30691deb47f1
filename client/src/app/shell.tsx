// The frame around every page of a signed-in person: navigation, account, connection banner, messages, shortcuts.
import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { LiveRegion, Toaster } from "@/components/messages";
import { useShortcuts } from "@/lib/shortcuts";
import { texts } from "@/lib/texts";
import { Navigation } from "./navigation";
import { loadPagesWhenIdle, pages } from "./pages";
import { useLiveSession } from "./use-live-session";

const AccountMenu = lazy(() => pages.accountMenu().then((module) => ({ default: module.AccountMenu })));
const ConnectionBanner = lazy(() =>
  pages.connectionBanner().then((module) => ({ default: module.ConnectionBanner })),
);
const UpdateBanner = lazy(() => pages.updateBanner().then((module) => ({ default: module.UpdateBanner })));
const ShortcutsDialog = lazy(() => import("./shortcuts-dialog"));

export function Shell() {
  const retry = useLiveSession();
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);
  const main = useFocusOnNewPage();
  useEffect(loadPagesWhenIdle, []);
  useShortcuts({
    "g e": () => void navigate({ to: "/" }),
    "g l": () => void navigate({ to: "/live" }),
    "g i": () => void navigate({ to: "/gallery" }),
    "g c": () => void navigate({ to: "/settings/cameras" }),
    "?": () => setHelp(true),
  });
  return (
    <div className="relative min-h-dvh">
      <a
        href="#main"
        className="-translate-y-20 fixed top-2 left-2 z-50 rounded-md bg-accent px-4 py-3 font-medium text-on-accent focus:translate-y-0"
      >
        {texts.nav.skip}
      </a>
      <Suspense>
        <ConnectionBanner onRetry={retry} />
      </Suspense>
      <Suspense>
        <AccountMenu onShortcuts={() => setHelp(true)} />
      </Suspense>
      <Navigation />
      <main
        ref={main}
        id="main"
        tabIndex={-1}
        className="px-4 pt-2 pb-[calc(4.5rem+env(safe-area-inset-bottom))] lg:pt-6 lg:pr-8 lg:pb-8 lg:pl-26"
      >
        <Outlet />
      </main>
      <Suspense>{help && <ShortcutsDialog onClose={() => setHelp(false)} />}</Suspense>
      <Suspense>
        <UpdateBanner />
      </Suspense>
      <LiveRegion />
      <Toaster />
    </div>
  );
}

/** A new page begins at its beginning for the keyboard too. A picture opened over the gallery is no new page. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null);
  const page = useRouterState({
    select: ({ resolvedLocation, location }) => {
      const path = (resolvedLocation ?? location).pathname;
      return path.startsWith("/gallery") ? "/gallery" : path;
    },
  });
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current === page) return;
    shown.current = page;
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [page]);
  return main;
}
