// The links that hold: what each shows, until when, and revoking it.
import { useQuery } from "@tanstack/react-query";
import { sharesQuery, useRevokeShare } from "@/api/access";
import { useCameraNames } from "@/api/cameras";
import { useSession, useTimeZone } from "@/api/session";
import { Button } from "@/components/button";
import { dateAndTime } from "@/lib/site-time";
import { settingsTexts } from "@/lib/texts/settings";
import { toast } from "@/lib/toasts";
import { Item, Rows } from "./block";
import { Loaded } from "./loaded";

const t = settingsTexts.shares;

export function Section() {
  const timeZone = useTimeZone();
  const { user } = useSession();
  const cameraName = useCameraNames();
  const query = useQuery(sharesQuery);
  const revoke = useRevokeShare();
  return (
    <>
      <p className="text-muted">{t.explain}</p>
      <div className="mt-4">
        <Loaded query={query}>
          {(shares) =>
            shares.length === 0 ? (
              <p className="text-muted">{t.none}</p>
            ) : (
              <Rows>
                {shares.map((share) => {
                  const what = (share.alert_id ? t.event : t.picture)(cameraName(share.camera_id));
                  return (
                    <Item
                      key={share.id}
                      title={share.user_id === user.id ? what : t.by(what, share.user_name)}
                      note={[
                        share.last_used_at
                          ? t.lastOpened(dateAndTime(share.last_used_at, timeZone))
                          : t.neverOpened,
                        settingsTexts.until(dateAndTime(share.expires_at, timeZone)),
                      ].join(" · ")}
                    >
                      <Button
                        aria-label={t.revokeLabel(what)}
                        onClick={() =>
                          revoke.mutate(share.id, {
                            onSuccess: () => toast(t.revoked),
                            onError: (error) => toast(error.message, "bad"),
                          })
                        }
                      >
                        {settingsTexts.revoke}
                      </Button>
                    </Item>
                  );
                })}
              </Rows>
            )
          }
        </Loaded>
      </div>
    </>
  );
}
