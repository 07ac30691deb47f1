// Privacy: metadata of pictures, and taking away or deleting what a camera recorded in a time.
import { useQuery } from "@tanstack/react-query";
import { Download, Trash2 } from "lucide-react";
import { useState } from "react";
import { camerasQuery } from "@/api/cameras";
import { exportUrl, privacyQuery, useChangePrivacy, useErase, useUndoErasure } from "@/api/privacy";
import { useSession, useTimeZone } from "@/api/session";
import { Button, buttonClass } from "@/components/button";
import { TextField } from "@/components/text-field";
import { addDays, dayOf, dayRange } from "@/lib/site-time";
import { settingsTexts } from "@/lib/texts/settings";
import { toast } from "@/lib/toasts";
import { Block } from "./block";
import { Choice } from "./choices";
import { Loaded } from "./loaded";

const t = settingsTexts.privacy;

export function Section() {
  const isAdmin = useSession().user.role === "admin";
  return (
    <>
      {isAdmin && (
        <Block title={t.metadata} hint={t.metadataHint}>
          <Metadata />
        </Block>
      )}
      <Block title={t.time} hint={t.timeHint}>
        <Stretch mayDelete={isAdmin} />
      </Block>
    </>
  );
}

function Metadata() {
  const query = useQuery(privacyQuery);
  const change = useChangePrivacy();
  return (
    <Loaded query={query}>
      {({ strip_metadata }) => (
        <label className="flex min-h-11 cursor-pointer items-center gap-3">
          <input
            type="checkbox"
            className="size-5 accent-accent-text"
            checked={strip_metadata}
            disabled={change.isPending}
            onChange={(event) =>
              change.mutate(event.target.checked, { onError: (error) => toast(error.message, "bad") })
            }
          />
          {t.strip}
        </label>
      )}
    </Loaded>
  );
}

const ALL = "all";

function Stretch({ mayDelete }: { mayDelete: boolean }) {
  const timeZone = useTimeZone();
  const today = dayOf(new Date(), timeZone);
  const { data: cameras = [] } = useQuery(camerasQuery);
  const [camera, setCamera] = useState(ALL);
  const [first, setFirst] = useState(addDays(today, -1));
  const [last, setLast] = useState(today);
  const [starred, setStarred] = useState(false);
  const erase = useErase();
  const undo = useUndoErasure();
  const options: { value: string; label: string }[] = [
    { value: ALL, label: settingsTexts.cameras.all },
    ...cameras.map(({ id, name }) => ({ value: id, label: name })),
  ];
  const whole = first !== "" && last !== "" && first <= last;
  const from = whole ? dayRange(first, timeZone).from : "";
  const to = whole ? dayRange(last, timeZone).to : "";
  const erased = erase.data;
  return (
    <div className="grid max-w-sm gap-4">
      <Choice label={t.camera} value={camera} options={options} onChange={setCamera} />
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label={t.first}
          type="date"
          max={today}
          value={first}
          onChange={(event) => setFirst(event.target.value)}
        />
        <TextField
          label={t.last}
          type="date"
          max={today}
          value={last}
          onChange={(event) => setLast(event.target.value)}
        />
      </div>
      {whole ? (
        <a
          href={exportUrl(camera === ALL ? null : camera, from, to)}
          download
          className={buttonClass("outline", "justify-self-start")}
        >
          <Download aria-hidden className="size-[18px]" />
          {t.download}
        </a>
      ) : (
        <p className="text-bad">{t.wrongDays}</p>
      )}
      {mayDelete && whole && (
        <div className="grid gap-2 border-line border-t pt-4">
          <label className="flex min-h-11 cursor-pointer items-center gap-3">
            <input
              type="checkbox"
              className="size-5 accent-accent-text"
              checked={starred}
              onChange={(event) => setStarred(event.target.checked)}
            />
            {t.starredToo}
          </label>
          <Button
            icon={Trash2}
            className="justify-self-start"
            disabled={erase.isPending}
            onClick={() =>
              erase.mutate({
                from,
                to,
                camera_ids: camera === ALL ? [] : [camera],
                include_starred: starred,
              })
            }
          >
            {t.erase}
          </Button>
          <p role="alert" className="text-bad empty:hidden">
            {erase.error?.message ?? undo.error?.message}
          </p>
          {erased && (
            <p
              role="status"
              className="flex flex-wrap items-center gap-3 rounded-md bg-raised py-1 pr-1 pl-3"
            >
              <span className="mr-auto">{t.erased(erased.images, erased.alerts, erased.more)}</span>
              <Button
                disabled={undo.isPending}
                onClick={() =>
                  undo.mutate(erased.id, {
                    onSuccess: () => {
                      erase.reset();
                      toast(t.undone);
                    },
                  })
                }
              >
                {settingsTexts.undo}
              </Button>
            </p>
          )}
        </div>
      )}
    </div>
  );
}
