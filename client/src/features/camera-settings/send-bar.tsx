// What is changed and not yet sent. A bar at the bottom, so that it is never forgotten.
import { Send } from "lucide-react";
import {
  type Area,
  type CameraSettingsView,
  useChangeSettings,
  useRestoreSettings,
} from "@/api/camera-settings";
import type { Camera } from "@/api/wire";
import { Button } from "@/components/button";
import { cameraSettingsTexts as t } from "@/lib/texts/camera-settings";
import { toast } from "@/lib/toasts";
import { isArea } from "./areas";
import type { Draft } from "./use-draft";

export function SendBar({ camera, view, draft }: { camera: Camera; view: CameraSettingsView; draft: Draft }) {
  const change = useChangeSettings(camera.id);
  const restore = useRestoreSettings(camera.id);
  const { zones, masks, privacy_masks } = draft.changes;
  const broken = [zones, masks, privacy_masks].some((areas) => areas?.some((area) => !isArea(area as Area)));
  const send = () =>
    change.mutate(
      { base: view.version, changes: draft.changes },
      {
        onSuccess: () =>
          toast(camera.online ? t.sent : t.sentLater, "info", {
            label: t.undo,
            run: () => restore.mutate(view.version, { onError: (error) => toast(error.message, "bad") }),
          }),
        onError: (error) => toast(error.message, "bad"),
      },
    );
  return (
    <section
      aria-label={t.unsent}
      className="fixed inset-x-2 bottom-[calc(4.25rem+env(safe-area-inset-bottom))] z-30 mx-auto flex max-w-2xl animate-enter flex-wrap items-center gap-2 rounded-lg border border-line bg-raised p-2 pl-4 shadow-2xl shadow-black/40 lg:bottom-6"
    >
      <p role="status" className="mr-auto">
        {broken ? <span className="text-bad">{t.noArea}</span> : t.changes(draft.count)}
      </p>
      <Button look="quiet" onClick={draft.clear}>
        {t.discard}
      </Button>
      <Button look="primary" icon={Send} disabled={broken || change.isPending} onClick={send}>
        {t.send}
      </Button>
    </section>
  );
}
