// Tokens for scripts: made with a name and a scope, shown once, revoked.
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type NewToken, tokensQuery, useCreateToken, useRevokeToken } from "@/api/access";
import { useSession, useTimeZone } from "@/api/session";
import { Button } from "@/components/button";
import { Secret } from "@/components/secret";
import { TextField } from "@/components/text-field";
import { dateAndTime } from "@/lib/site-time";
import { settingsTexts } from "@/lib/texts/settings";
import { toast } from "@/lib/toasts";
import { Block, Item, Rows } from "./block";
import { CameraChoice, Choice, camerasSeen } from "./choices";
import { Loaded } from "./loaded";

const t = settingsTexts.tokens;
type Scope = NonNullable<NewToken["scope"]>;
const SCOPES: Record<"viewer" | "member" | "admin", readonly Scope[]> = {
  viewer: ["read"],
  member: ["read", "write"],
  admin: ["read", "write", "admin"],
};
const LASTING = ["30", "90", "365"] as const;

export function Section() {
  const timeZone = useTimeZone();
  const { user } = useSession();
  const query = useQuery(tokensQuery);
  const revoke = useRevokeToken();
  return (
    <>
      <p className="text-muted">{t.explain}</p>
      <Block title={t.make}>
        <NewTokenForm />
      </Block>
      <Block title={t.list}>
        <Loaded query={query}>
          {(tokens) =>
            tokens.length === 0 ? (
              <p className="text-muted">{t.none}</p>
            ) : (
              <Rows>
                {tokens.map((token) => (
                  <Item
                    key={token.id}
                    title={token.user_id === user.id ? token.name : t.of(token.name, token.user_name)}
                    note={[
                      t.scopes[token.scope],
                      camerasSeen(token.camera_ids),
                      token.last_used_at
                        ? t.lastUsed(dateAndTime(token.last_used_at, timeZone))
                        : t.neverUsed,
                      settingsTexts.until(dateAndTime(token.expires_at, timeZone)),
                    ].join(" · ")}
                  >
                    <Button
                      aria-label={t.revokeLabel(token.name)}
                      onClick={() =>
                        revoke.mutate(token.id, { onError: (error) => toast(error.message, "bad") })
                      }
                    >
                      {settingsTexts.revoke}
                    </Button>
                  </Item>
                ))}
              </Rows>
            )
          }
        </Loaded>
      </Block>
    </>
  );
}

function NewTokenForm() {
  const { user } = useSession();
  const [name, setName] = useState("");
  const [scope, setScope] = useState<Scope>("read");
  const [days, setDays] = useState<(typeof LASTING)[number]>("90");
  const [cameras, setCameras] = useState<string[] | null>(null);
  const create = useCreateToken();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      { name, scope, camera_ids: cameras, expires_in_days: Number(days) },
      { onSuccess: () => setName("") },
    );
  };
  return (
    <>
      <form onSubmit={submit} className="grid max-w-sm gap-4">
        <TextField
          label={t.name}
          hint={t.nameHint}
          name="name"
          maxLength={80}
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Choice
          label={t.scope}
          value={scope}
          options={SCOPES[user.role].map((value) => ({ value, label: t.scopes[value] }))}
          onChange={setScope}
        />
        <Choice
          label={t.lasts}
          value={days}
          options={LASTING.map((value) => ({ value, label: t.days(Number(value)) }))}
          onChange={setDays}
        />
        <CameraChoice value={cameras} onChange={setCameras} />
        <p role="alert" className="text-bad empty:hidden">
          {create.error?.message}
        </p>
        <Button type="submit" look="primary" disabled={create.isPending} className="justify-self-start">
          {t.create}
        </Button>
      </form>
      {create.data && <Secret label={t.once} value={create.data.token} />}
    </>
  );
}
