// People: who has an account, what each may do and see, invitations, removing with undo.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type User, useChangeUser, useRemoveUser, usersQuery } from "@/api/access";
import { useSession, useTimeZone } from "@/api/session";
import { Button } from "@/components/button";
import { dateAndTime } from "@/lib/site-time";
import { settingsTexts } from "@/lib/texts/settings";
import { toast } from "@/lib/toasts";
import { Block, Item, Rows } from "./block";
import { CameraChoice, Choice, camerasSeen } from "./choices";
import { Invitations } from "./invitations";
import { Loaded } from "./loaded";
import { ROLE_OPTIONS } from "./roles";

const t = settingsTexts.people;

export function Section() {
  const query = useQuery(usersQuery);
  const [removed, setRemoved] = useState<User | null>(null);
  const bring = useChangeUser();
  return (
    <>
      <Block title={t.list}>
        <Loaded query={query}>
          {(users) => (
            <Rows>
              {users.map((user) => (
                <Person key={user.id} user={user} onRemoved={() => setRemoved(user)} />
              ))}
            </Rows>
          )}
        </Loaded>
        {removed && (
          <p role="status" className="mt-2 flex items-center gap-3 rounded-md bg-raised py-1 pr-1 pl-3">
            <span className="mr-auto">{t.removed(removed.name)}</span>
            <Button
              onClick={() =>
                bring.mutate(
                  { id: removed.id, removed: false },
                  { onSuccess: () => setRemoved(null), onError: (error) => toast(error.message, "bad") },
                )
              }
            >
              {settingsTexts.undo}
            </Button>
          </p>
        )}
      </Block>
      <Block title={t.invite} hint={t.inviteHint}>
        <Invitations />
      </Block>
    </>
  );
}

function Person({ user, onRemoved }: { user: User; onRemoved: () => void }) {
  const me = useSession().user;
  const timeZone = useTimeZone();
  const [open, setOpen] = useState(false);
  const remove = useRemoveUser();
  const seen = user.last_seen_at ? t.lastSeen(dateAndTime(user.last_seen_at, timeZone)) : t.neverSeen;
  const rights = `${settingsTexts.roles[user.role].name}, ${camerasSeen(user.camera_ids)}`;
  return (
    <>
      <Item title={user.id === me.id ? t.you(user.name) : user.name} note={`${rights} · ${seen}`}>
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {t.change}
        </Button>
        {user.id !== me.id && (
          <Button
            look="quiet"
            aria-label={t.removeLabel(user.name)}
            onClick={() =>
              remove.mutate(user.id, {
                onSuccess: onRemoved,
                onError: (error) => toast(error.message, "bad"),
              })
            }
          >
            {t.remove}
          </Button>
        )}
      </Item>
      {open && <Rights user={user} onDone={() => setOpen(false)} />}
    </>
  );
}

function Rights({ user, onDone }: { user: User; onDone: () => void }) {
  const [role, setRole] = useState(user.role);
  const [cameras, setCameras] = useState<string[] | null>(user.camera_ids);
  const change = useChangeUser();
  const save = () =>
    change.mutate(
      { id: user.id, role, camera_ids: role === "admin" ? null : cameras },
      {
        onSuccess: () => {
          toast(t.saved(user.name));
          onDone();
        },
      },
    );
  return (
    <li className="grid max-w-sm gap-4 py-3">
      <Choice label={t.role} value={role} options={ROLE_OPTIONS} onChange={setRole} />
      {role !== "admin" && <CameraChoice value={cameras} onChange={setCameras} />}
      <p role="alert" className="text-bad empty:hidden">
        {change.error?.message}
      </p>
      <div className="flex gap-2">
        <Button look="primary" disabled={change.isPending} onClick={save}>
          {settingsTexts.save}
        </Button>
        <Button look="quiet" onClick={onDone}>
          {settingsTexts.cancel}
        </Button>
      </div>
    </li>
  );
}
