// One's own passkeys: the list, a new one, removing one.
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { type FormEvent, useState } from "react";
import { canUsePasskeys, passkeysQuery, useAddPasskey, useRemovePasskey } from "@/api/passkeys";
import { useTimeZone } from "@/api/session";
import { Button } from "@/components/button";
import { TextField } from "@/components/text-field";
import { dateAndTime } from "@/lib/site-time";
import { settingsTexts } from "@/lib/texts/settings";
import { toast } from "@/lib/toasts";
import { Item, Rows } from "./block";
import { browserName } from "./browser-name";
import { Loaded } from "./loaded";

const t = settingsTexts.passkeys;

export function Passkeys() {
  const timeZone = useTimeZone();
  const query = useQuery(passkeysQuery);
  const remove = useRemovePasskey();
  return (
    <>
      <Loaded query={query}>
        {(passkeys) =>
          passkeys.length > 0 && (
            <Rows>
              {passkeys.map((passkey) => (
                <Item
                  key={passkey.id}
                  title={passkey.name}
                  note={
                    passkey.last_used_at
                      ? t.lastUsed(dateAndTime(passkey.last_used_at, timeZone))
                      : t.neverUsed
                  }
                >
                  <Button
                    aria-label={t.removeLabel(passkey.name)}
                    onClick={() =>
                      remove.mutate(passkey.id, { onError: (error) => toast(error.message, "bad") })
                    }
                  >
                    {t.remove}
                  </Button>
                </Item>
              ))}
            </Rows>
          )
        }
      </Loaded>
      {canUsePasskeys() ? <AddPasskey /> : <p className="text-muted">{t.notHere}</p>}
    </>
  );
}

function AddPasskey() {
  const [name, setName] = useState(() => browserName(navigator.userAgent) ?? "");
  const add = useAddPasskey();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(name, { onSuccess: () => toast(t.added) });
  };
  return (
    <form onSubmit={submit} className="mt-2 grid max-w-sm gap-4">
      <TextField
        label={t.name}
        name="passkey"
        maxLength={80}
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <p role="alert" className="text-bad empty:hidden">
        {add.error?.message}
      </p>
      <Button icon={KeyRound} type="submit" disabled={add.isPending} className="justify-self-start">
        {t.add}
      </Button>
    </form>
  );
}
