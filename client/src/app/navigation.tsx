// The way between the pages: a rail at the left on a wide screen, a bar at the bottom on a phone.
import { Link, useRouterState } from "@tanstack/react-router";
import { Cctv, Images, type LucideIcon, Radio, Zap } from "lucide-react";
import { texts } from "@/lib/texts";

type Tab = {
  to: "/" | "/gallery" | "/live" | "/settings/cameras";
  label: string;
  icon: LucideIcon;
  owns: RegExp;
};

const TABS: readonly Tab[] = [
  { to: "/", label: texts.nav.events, icon: Zap, owns: /^\/(events\/|$)/ },
  { to: "/gallery", label: texts.nav.images, icon: Images, owns: /^\/gallery/ },
  { to: "/live", label: texts.nav.live, icon: Radio, owns: /^\/live/ },
  { to: "/settings/cameras", label: texts.nav.cameras, icon: Cctv, owns: /^\/settings\/cameras/ },
];

const BAR =
  "fixed inset-x-0 bottom-0 z-30 border-line border-t bg-surface/95 pb-[env(safe-area-inset-bottom)] backdrop-blur lg:inset-y-0 lg:right-auto lg:w-18 lg:border-t-0 lg:border-r lg:pb-0";

export function Navigation() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <nav aria-label={texts.nav.label} className={BAR}>
      <img src="/icon.svg" alt="" width="40" height="40" className="mx-auto mt-4 mb-5 hidden lg:block" />
      <ul className="grid grid-cols-4 lg:grid-cols-1 lg:gap-2 lg:px-1.5">
        {TABS.map(({ to, label, icon: Icon, owns }) => {
          const current = owns.test(path);
          return (
            <li key={to}>
              <Link
                to={to}
                aria-current={current ? "page" : undefined}
                className="group -outline-offset-2 grid min-h-14 place-content-center justify-items-center gap-1 rounded-md py-1.5 text-muted text-xs hover:text-text aria-[current=page]:font-medium aria-[current=page]:text-text"
              >
                <span className="grid h-7 w-14 place-items-center rounded-full transition-colors duration-150 group-hover:bg-raised group-aria-[current=page]:bg-accent-soft group-aria-[current=page]:text-accent-text">
                  <Icon aria-hidden className="size-5" />
                </span>
                {label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
