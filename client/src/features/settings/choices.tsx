// The choices that people, invitations and tokens share: one of a few words, and which cameras.
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { camerasQuery } from "@/api/cameras";
import { settingsTexts } from "@/lib/texts/settings";

const t = settingsTexts.cameras;

type ChoiceProps<T extends string> = {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  disabled?: boolean;
  onChange: (value: T) => void;
};

export function Choice<T extends string>({
  label,
  value,
  options,
  disabled = false,
  onChange,
}: ChoiceProps<T>) {
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
        className="min-h-12 w-full rounded-sm border border-edge bg-bg px-3 text-base disabled:opacity-50"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** `value` null: all cameras. */
export function CameraChoice({
  value,
  onChange,
}: {
  value: readonly string[] | null;
  onChange: (value: string[] | null) => void;
}) {
  const { data: cameras = [] } = useQuery(camerasQuery);
  const row = "flex min-h-11 cursor-pointer items-center gap-3";
  return (
    <fieldset>
      <legend className="font-medium">{t.legend}</legend>
      <label className={row}>
        <input
          type="checkbox"
          className="size-5 accent-accent-text"
          checked={value === null}
          onChange={(event) => onChange(event.target.checked ? null : [])}
        />
        {t.all}
      </label>
      {value !== null &&
        cameras.map((camera) => (
          <label key={camera.id} className={`${row} pl-8`}>
            <input
              type="checkbox"
              className="size-5 accent-accent-text"
              checked={value.includes(camera.id)}
              onChange={(event) =>
                onChange(
                  event.target.checked ? [...value, camera.id] : value.filter((id) => id !== camera.id),
                )
              }
            />
            {camera.name}
          </label>
        ))}
    </fieldset>
  );
}

/** "all cameras", or how many. */
export function camerasSeen(ids: readonly string[] | null): string {
  return ids === null ? t.seesAll : t.sees(ids.length);
}
