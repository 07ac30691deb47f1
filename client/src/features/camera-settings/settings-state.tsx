// What has become of the newest version: on its way, on trial, in use, or taken back by the camera; and the versions before.
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, Clock3, LoaderCircle, TriangleAlert, Undo2 } from "lucide-react";
import { type CameraSettingsView, settingsVersionsQuery, useRestoreSettings } from "@/api/camera-settings";
import { Button } from "@/components/button";
import { dateAndTime } from "@/lib/site-time";
import { cameraSettingsTexts as t } from "@/lib/texts/camera-settings";
import { toast } from "@/lib/toasts";

const LOOK = {
  waiting: { icon: Clock3, tone: "text-muted" },
  applying: { icon: LoaderCircle, tone: "text-accent-text" },
  applied: { icon: CircleCheck, tone: "text-ok" },
  rolled_back: { icon: TriangleAlert, tone: "text-bad" },
} as const;

export function SettingsState({ view }: { view: CameraSettingsView }) {
  const { icon: Icon, tone } = LOOK[view.state];
  const reason = view.state === "rolled_back" ? view.report?.rolled_back?.reason : undefined;
  return (
    <div role="status" data-state={view.state} className="flex items-start gap-2 rounded-md bg-raised p-3">
      <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${tone}`} />
      <p>
        {t.states[view.state](view.version)}
        {reason && <span className="block text-bad">{reason}</span>}
      </p>
    </div>
  );
}

export function Versions({
  view,
  timeZone,
  mayChange,
}: {
  view: CameraSettingsView;
  timeZone: string;
  mayChange: boolean;
}) {
  const versions = useQuery(settingsVersionsQuery(view.camera_id)).data ?? [];
  const restore = useRestoreSettings(view.camera_id);
  if (versions.length === 0) return null;
  const bringBack = (version: number) =>
    restore.mutate(version, {
      onSuccess: () => toast(t.restored(version)),
      onError: (error) => toast(error.message, "bad"),
    });
  const before = versions.find(({ version }) => version < view.version)?.version ?? 0;
  return (
    <div className="grid gap-2">
      {mayChange && view.version > 0 && (
        <Button
          icon={Undo2}
          disabled={restore.isPending}
          onClick={() => bringBack(before)}
          className="justify-self-start"
        >
          {t.undoLast}
        </Button>
      )}
      <details>
        <summary className="flex min-h-11 items-center text-muted">{t.versions(versions.length)}</summary>
        <ul className="divide-y divide-line">
          {versions.map(({ version, changed_at, changed_by, changed_fields }) => (
            <li key={version} className="flex flex-wrap items-center gap-x-3 py-2">
              <div className="min-w-0 flex-1">
                <p className="font-medium">{t.version(version)}</p>
                <p className="text-muted text-xs">
                  {[dateAndTime(changed_at, timeZone), changed_by, changed_fields.map(t.fieldName).join(", ")]
                    .filter(Boolean)
                    .join(" · ")}
                </p>
              </div>
              {mayChange && version !== view.version && (
                <Button look="quiet" disabled={restore.isPending} onClick={() => bringBack(version)}>
                  {t.restore}
                  <span className="sr-only">{t.version(version)}</span>
                </Button>
              )}
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}
