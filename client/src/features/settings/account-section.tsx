// One's own account: password, and where one is signed in.
import { useQuery } from "@tanstack/react-query";
import { ownSessionsQuery, useEndSession } from "@/api/account";
import { useSession, useTimeZone } from "@/api/session";
import { Button } from "@/components/button";
import { Loading, Skeleton } from "@/components/states";
import { dateAndTime } from "@/lib/site-time";
import { settingsTexts } from "@/lib/texts/settings";
import { toast } from "@/lib/toasts";
import { Block, Item, Rows } from "./block";
import { browserName } from "./browser-name";
import { Passkeys } from "./passkeys";
import { PasswordForm } from "./password-form";

const t = settingsTexts.account;

export function Section() {
  const { user } = useSession();
  return (
    <>
      <p className="text-muted">{t.signedInAs(user.name, settingsTexts.roles[user.role].name)}</p>
      <Block title={t.password} hint={t.passwordHint}>
        <PasswordForm />
      </Block>
      <Block title={settingsTexts.passkeys.title} hint={settingsTexts.passkeys.hint}>
        <Passkeys />
      </Block>
      <Block title={t.sessions}>
        <Sessions />
      </Block>
    </>
  );
}

function Sessions() {
  const timeZone = useTimeZone();
  const { data: sessions, error } = useQuery(ownSessionsQuery);
  const end = useEndSession();
  if (sessions === undefined) {
    return error ? (
      <p className="text-bad">{error.message}</p>
    ) : (
      <Loading>
        <Skeleton className="h-28" />
      </Loading>
    );
  }
  const finish = (id: string | null) =>
    end.mutate(id, {
      onSuccess: () => toast(id === null ? t.endedAll : t.ended),
      onError: (failure) => toast(failure.message, "bad"),
    });
  return (
    <>
      <Rows>
        {sessions.map((session) => {
          const browser = browserName(session.user_agent) ?? t.unknownBrowser;
          return (
            <Item
              key={session.id}
              title={browser}
              note={session.this ? t.thisBrowser : t.lastUsed(dateAndTime(session.last_seen_at, timeZone))}
            >
              {!session.this && (
                <Button aria-label={t.endLabel(browser)} onClick={() => finish(session.id)}>
                  {t.end}
                </Button>
              )}
            </Item>
          );
        })}
      </Rows>
      {sessions.length > 1 && (
        <Button className="mt-3" onClick={() => finish(null)}>
          {t.endAll}
        </Button>
      )}
    </>
  );
}
