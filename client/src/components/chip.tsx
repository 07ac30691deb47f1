// Filter chips: a toggle, and a native select in a chip's clothes.
import { Check, ChevronDown, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export const CHIP =
  "inline-flex h-11 items-center gap-1.5 rounded-full border px-3 text-sm sm:px-3.5 transition-colors duration-150 whitespace-nowrap";
export const CHIP_ON = "border-accent-text/60 bg-accent-soft text-text";
export const CHIP_OFF = "border-line bg-surface text-muted hover:bg-raised hover:text-text";

export function ToggleChip(props: { on: boolean; onToggle: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={props.on}
      onClick={props.onToggle}
      className={`${CHIP} ${props.on ? CHIP_ON : CHIP_OFF}`}
    >
      {props.on && <Check aria-hidden className="size-4" />}
      {props.children}
    </button>
  );
}

type SelectChipProps = {
  label: string;
  icon: LucideIcon;
  value: string;
  /** Shown for the empty value: no restriction. */
  anyLabel: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
};

export function SelectChip({ label, icon: Icon, value, anyLabel, options, onChange }: SelectChipProps) {
  return (
    <span className={`relative ${CHIP} max-w-52 !px-0 ${value ? CHIP_ON : CHIP_OFF}`}>
      <Icon aria-hidden className="pointer-events-none absolute left-3.5 hidden size-4 sm:block" />
      <select
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-full w-full appearance-none truncate rounded-full bg-transparent pr-7 pl-3 sm:pr-8 sm:pl-9"
      >
        <option value="">{anyLabel}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute right-2.5 size-4 sm:right-3" />
    </span>
  );
}
