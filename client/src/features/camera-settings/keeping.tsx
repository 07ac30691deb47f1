// How long this camera's pictures are kept, and what a shorter time would delete, before it is said.
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { retentionPreviewQuery, useChangeCamera } from "@/api/camera-settings";
import type { Camera } from "@/api/wire";
import { Button } from "@/components/button";
import { bytes } from "@/lib/measures";
import { cameraSettingsTexts as t } from "@/lib/texts/camera-settings";
import { toast } from "@/lib/toasts";

const LONGEST_DAYS = 36_500;

export function Keeping({ camera, mayChange }: { camera: Camera; mayChange: boolean }) {
  const id = useId();
  const [days, setDays] = useState<number | null>(camera.retention_days);
  const changed = days !== camera.retention_days;
  const preview = useQuery(retentionPreviewQuery(camera.id, changed ? days : null));
  const change = useChangeCamera(camera.id);
  return (
    <div data-setting="retention" className="grid gap-1.5 border-line border-t py-3">
      <label htmlFor={id} className="font-medium">
        {t.keeping}
      </label>
      <div className="flex flex-wrap items-center gap-2">
        <input
          id={id}
          aria-describedby={`${id}-note`}
          type="number"
          min={1}
          max={LONGEST_DAYS}
          disabled={!mayChange}
          placeholder={t.asSite}
          value={days ?? ""}
          onChange={({ target: { valueAsNumber } }) =>
            setDays(
              Number.isNaN(valueAsNumber)
                ? null
                : Math.min(LONGEST_DAYS, Math.max(1, Math.round(valueAsNumber))),
            )
          }
          className="min-h-11 w-40 rounded-sm border border-edge bg-bg px-3 tabular-nums"
        />
        <span className="text-muted">{t.daysUnit}</span>
        {changed && (
          <Button
            disabled={change.isPending}
            onClick={() =>
              change.mutate(
                { retention_days: days },
                { onSuccess: () => toast(t.kept), onError: (error) => toast(error.message, "bad") },
              )
            }
          >
            {t.keep}
          </Button>
        )}
      </div>
      <p id={`${id}-note`} role="status" className={preview.data?.images ? "text-bad" : "text-muted text-xs"}>
        {changed && days !== null
          ? preview.data
            ? t.wouldDelete(preview.data.images, bytes(preview.data.size_bytes), preview.data.kept_starred)
            : t.counting
          : t.keepingHint}
      </p>
    </div>
  );
}
