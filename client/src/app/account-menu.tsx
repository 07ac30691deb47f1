// Who is signed in, the theme, the shortcuts, and the way out.
import { useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { CircleUserRound, Keyboard, LogOut, Settings } from "lucide-react";
import { signOut, useSession } from "@/api/session";
import { Menu } from "@/components/menu";
import { setPreferences, type Theme, usePreferences } from "@/lib/preferences";
import { texts } from "@/lib/texts";
import { sessionTexts } from "@/lib/texts/session";
import { toast } from "@/lib/toasts";

const THEMES: readonly Theme[] = ["system", "dark", "light"];
const ROW = "flex min-h-11 w-full items-center gap-3 rounded-sm px-3 text-left hover:bg-raised";

export function AccountMenu({ onShortcuts }: { onShortcuts: () => void }) {
  const { user } = useSession();
  const preferences = usePreferences();
  const client = useQueryClient();
  const router = useRouter();
  const leave = async () => {
    try {
      await signOut(client);
      await router.invalidate();
    } catch {
      toast(sessionTexts.signOutFailed, "bad");
    }
  };
  return (
    <header className="absolute top-2 right-2 z-40 lg:fixed lg:top-auto lg:right-auto lg:bottom-4 lg:left-3.5">
      <Menu
        label={texts.account.open}
        buttonLabel={texts.account.open}
        buttonClass="grid size-11 place-items-center rounded-full text-muted hover:bg-raised hover:text-text"
        placement="top-full right-0 mt-1 w-72 lg:top-auto lg:right-auto lg:bottom-0 lg:left-full lg:ml-3"
        button={<CircleUserRound aria-hidden className="size-6" />}
      >
        {(close) => (
          <div className="grid gap-1">
            <p className="truncate px-3 pt-2 pb-1 text-muted">{sessionTexts.signedInAs(user.name)}</p>
            <fieldset>
              <legend className="px-3 py-1 text-muted text-xs">{texts.account.theme}</legend>
              <div className="grid grid-cols-3 rounded-sm bg-bg p-1">
                {THEMES.map((theme) => (
                  <label
                    key={theme}
                    className="grid min-h-11 cursor-pointer place-items-center rounded-sm has-checked:bg-raised has-checked:font-medium has-focus-visible:outline-2 has-focus-visible:outline-accent-text"
                  >
                    <input
                      type="radio"
                      name="theme"
                      className="sr-only"
                      checked={preferences.theme === theme}
                      onChange={() => setPreferences({ theme })}
                    />
                    {texts.account.themes[theme]}
                  </label>
                ))}
              </div>
            </fieldset>
            <label className={`${ROW} cursor-pointer`}>
              <input
                type="checkbox"
                className="size-5 accent-accent-text"
                checked={preferences.shortcuts}
                onChange={(event) => setPreferences({ shortcuts: event.target.checked })}
              />
              {texts.account.shortcuts}
            </label>
            <Link to="/settings" className={ROW} onClick={close}>
              <Settings aria-hidden className="size-5 text-muted" />
              {texts.account.settings}
            </Link>
            <button
              type="button"
              className={ROW}
              onClick={() => {
                close();
                onShortcuts();
              }}
            >
              <Keyboard aria-hidden className="size-5 text-muted" />
              {texts.account.showShortcuts}
            </button>
            <button type="button" className={ROW} onClick={() => void leave()}>
              <LogOut aria-hidden className="size-5 text-muted" />
              {sessionTexts.signOut}
            </button>
          </div>
        )}
      </Menu>
    </header>
  );
}
