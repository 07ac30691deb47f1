// Inviting somebody by a link, and the invitations that are open.
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { invitationsQuery, type Role, useInvite, useRevokeInvitation } from "@/api/access";
import { useTimeZone } from "@/api/session";
import { Button } from "@/components/button";
import { Secret } from "@/components/secret";
import { TextField } from "@/components/text-field";
import { dateAndTime } from "@/lib/site-time";
import { settingsTexts } from "@/lib/texts/settings";
import { toast } from "@/lib/toasts";
import { Item, Rows } from "./block";
import { CameraChoice, Choice, camerasSeen } from "./choices";
import { Loaded } from "./loaded";
import { ROLE_OPTIONS } from "./roles";

const t = settingsTexts.people;

export function Invitations() {
  const [note, setNote] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [cameras, setCameras] = useState<string[] | null>(null);
  const invite = useInvite();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate(
      {
        role,
        expires_in_hours: 72,
        camera_ids: role === "admin" ? null : cameras,
        ...(note ? { note } : {}),
      },
      { onSuccess: () => setNote("") },
    );
  };
  return (
    <>
      <form onSubmit={submit} className="grid max-w-sm gap-4">
        <TextField
          label={t.note}
          hint={t.noteHint}
          name="note"
          maxLength={80}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <Choice label={t.role} value={role} options={ROLE_OPTIONS} onChange={setRole} />
        {role !== "admin" && <CameraChoice value={cameras} onChange={setCameras} />}
        <p role="alert" className="text-bad empty:hidden">
          {invite.error?.message}
        </p>
        <Button type="submit" look="primary" disabled={invite.isPending} className="justify-self-start">
          {t.makeLink}
        </Button>
      </form>
      {invite.data && <Secret label={t.link} value={window.location.origin + invite.data.path} />}
      <Open />
    </>
  );
}

function Open() {
  const timeZone = useTimeZone();
  const query = useQuery(invitationsQuery);
  const revoke = useRevokeInvitation();
  return (
    <Loaded query={query}>
      {(open) =>
        open.length > 0 && (
          <div className="mt-4">
            <h4 className="font-medium">{t.open}</h4>
            <Rows>
              {open.map((item) => (
                <Item
                  key={item.id}
                  title={item.note || t.unnamed}
                  note={`${settingsTexts.roles[item.role].name}, ${camerasSeen(item.camera_ids)} · ${settingsTexts.until(dateAndTime(item.expires_at, timeZone))}`}
                >
                  <Button
                    aria-label={t.revokeLabel(item.note || t.unnamed)}
                    onClick={() =>
                      revoke.mutate(item.id, { onError: (error) => toast(error.message, "bad") })
                    }
                  >
                    {settingsTexts.revoke}
                  </Button>
                </Item>
              ))}
            </Rows>
          </div>
        )
      }
    </Loaded>
  );
}
