// What a person has changed and not yet sent, over what holds now.
import { useState } from "react";
import type { CameraSettings, CameraSettingsView } from "@/api/camera-settings";

export type Field = keyof CameraSettings;
export type Draft = {
  changes: Partial<CameraSettings>;
  count: number;
  /** Changed, else as people want it, else what the camera says it runs with. */
  value: <F extends Field>(field: F) => CameraSettings[F];
  /** Whether people want anything of this field, or the camera's own file decides. */
  isOwn: (field: Field) => boolean;
  set: <F extends Field>(field: F, value: CameraSettings[F]) => void;
  clear: () => void;
};

export function useDraft(view: CameraSettingsView): Draft {
  const [changes, setChanges] = useState<Partial<CameraSettings>>({});
  const effective = (view.report?.effective ?? {}) as Partial<CameraSettings>;
  return {
    changes,
    count: Object.keys(changes).length,
    value: (field) => (field in changes ? changes[field] : view.settings[field]) ?? effective[field],
    isOwn: (field) => ((field in changes ? changes[field] : view.settings[field]) ?? null) === null,
    set: (field, value) =>
      setChanges((before) => {
        const { [field]: _, ...rest } = before;
        const same = JSON.stringify(value ?? null) === JSON.stringify(view.settings[field] ?? null);
        return same ? rest : { ...rest, [field]: value };
      }),
    clear: () => setChanges({}),
  };
}
