// The picture with the areas on it, and which kind of them is worked on.
import { useState } from "react";
import type { Area } from "@/api/camera-settings";
import type { Camera } from "@/api/wire";
import { cameraSettingsTexts as t } from "@/lib/texts/camera-settings";
import { AreaEditor, type AreaKind } from "./area-editor";
import { AreaList } from "./area-list";
import { Preview } from "./preview";
import type { Draft } from "./use-draft";

const KINDS: readonly AreaKind[] = ["zones", "masks", "privacy_masks"];

export function AreasSetting({
  camera,
  draft,
  mayChange,
}: {
  camera: Camera;
  draft: Draft;
  mayChange: boolean;
}) {
  const [kind, setKind] = useState<AreaKind>("masks");
  const [chosen, setChosen] = useState<number | null>(null);
  const areasOf = (name: AreaKind) => (draft.value(name) ?? []) as Area[];
  const areas = { zones: areasOf("zones"), masks: areasOf("masks"), privacy_masks: areasOf("privacy_masks") };
  const put = (next: Area[]) => draft.set(kind, next);
  return (
    <>
      <AreaEditor
        areas={areas}
        kind={kind}
        chosen={mayChange ? chosen : null}
        onChoose={setChosen}
        onChange={put}
      >
        <Preview camera={camera} />
      </AreaEditor>
      <fieldset disabled={!mayChange} className="grid gap-3">
        <legend className="sr-only">{t.areas}</legend>
        <div className="grid grid-cols-3 rounded-md bg-raised p-1">
          {KINDS.map((name) => (
            <label
              key={name}
              className="grid min-h-11 cursor-pointer place-items-center rounded-sm px-2 text-center has-checked:bg-surface has-checked:font-medium has-focus-visible:outline-2 has-focus-visible:outline-accent-text"
            >
              <input
                type="radio"
                name="area-kind"
                className="sr-only"
                checked={kind === name}
                onChange={() => {
                  setKind(name);
                  setChosen(null);
                }}
              />
              {t.areaKinds[name](areas[name].length)}
            </label>
          ))}
        </div>
        <AreaList kind={kind} areas={areas[kind]} chosen={chosen} onChoose={setChosen} onChange={put} />
      </fieldset>
    </>
  );
}
