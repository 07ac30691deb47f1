// Controls of single settings: a name, what it does, the control, and the way back to the camera's own value.
import { type ReactNode, useId } from "react";
import { cameraSettingsTexts as t } from "@/lib/texts/camera-settings";
import type { Draft, Field } from "./use-draft";

const INPUT = "min-h-11 rounded-sm border border-edge bg-bg px-3 tabular-nums";

export function Setting({
  field,
  draft,
  children,
}: {
  field: Field;
  draft: Draft;
  children: (id: string, noteId: string) => ReactNode;
}) {
  const id = useId();
  const words = t.fields[field];
  return (
    <div data-setting={field} className="grid gap-1.5 border-line border-t py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <label htmlFor={id} className="font-medium">
          {words.name}
        </label>
        {field in draft.changes && <span className="text-accent-text text-xs">{t.changed}</span>}
        {!draft.isOwn(field) && (
          <button
            type="button"
            onClick={() => draft.set(field, null)}
            className="ml-auto min-h-6 text-muted text-xs underline underline-offset-4 hover:text-text"
          >
            {t.asCamera}
            <span className="sr-only">{`: ${words.name}`}</span>
          </button>
        )}
      </div>
      {children(id, `${id}-note`)}
      <p id={`${id}-note`} className="text-muted text-xs">
        {words.hint}
      </p>
    </div>
  );
}

type Numeric = {
  [F in Field]: number extends NonNullable<Draft["changes"][F]> ? F : never;
}[Field];

export function SliderSetting({ field, draft }: { field: Numeric; draft: Draft }) {
  const value = draft.value(field) ?? 0.5;
  const [least, most] = field === "sensitivity" || field === "night_sensitivity" ? [0, 1] : [0.01, 0.5];
  return (
    <Setting field={field} draft={draft}>
      {(id, noteId) => (
        <div className="flex items-center gap-3">
          <input
            id={id}
            aria-describedby={noteId}
            type="range"
            min={least}
            max={most}
            step={0.01}
            value={value}
            onChange={(event) => draft.set(field, event.target.valueAsNumber)}
            className="h-11 min-w-0 flex-1 accent-accent-text"
          />
          <output htmlFor={id} className="w-12 text-right tabular-nums">
            {t.percent(value)}
          </output>
        </div>
      )}
    </Setting>
  );
}

type NumberSettingProps = {
  field: Numeric;
  draft: Draft;
  min: number;
  max: number;
  step?: number;
  unit: string;
};

export function NumberSetting({ field, draft, min, max, step = 1, unit }: NumberSettingProps) {
  return (
    <Setting field={field} draft={draft}>
      {(id, noteId) => (
        <div className="flex items-center gap-2">
          <input
            id={id}
            aria-describedby={noteId}
            type="number"
            {...{ min, max, step }}
            value={draft.value(field) ?? ""}
            onChange={(event) => {
              const { valueAsNumber } = event.target;
              draft.set(field, Number.isNaN(valueAsNumber) ? null : valueAsNumber);
            }}
            className={`${INPUT} w-28`}
          />
          <span className="text-muted">{unit}</span>
        </div>
      )}
    </Setting>
  );
}

export function TriggerSetting({ draft }: { draft: Draft }) {
  return (
    <Setting field="trigger" draft={draft}>
      {(id, noteId) => (
        <select
          id={id}
          aria-describedby={noteId}
          value={draft.value("trigger") ?? "either"}
          onChange={(event) => draft.set("trigger", event.target.value as keyof typeof t.triggers)}
          className={`${INPUT} w-full`}
        >
          {Object.entries(t.triggers).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Setting>
  );
}

export function ArmedSetting({ draft }: { draft: Draft }) {
  return (
    <Setting field="armed" draft={draft}>
      {(id, noteId) => (
        <input
          id={id}
          aria-describedby={noteId}
          type="checkbox"
          role="switch"
          aria-checked={draft.value("armed") ?? true}
          checked={draft.value("armed") ?? true}
          onChange={(event) => draft.set("armed", event.target.checked)}
          className="size-6 accent-accent-text"
        />
      )}
    </Setting>
  );
}
