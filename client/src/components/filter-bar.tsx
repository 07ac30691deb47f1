// The row of filters above a list. What is chosen lives in the page's address; this only shows and asks.
import { Cctv, X } from "lucide-react";
import type { ReactNode } from "react";
import { filtersTexts } from "@/lib/texts/filters";
import { IconButton } from "./button";
import { SelectChip } from "./chip";
import { DayChip } from "./day-chip";

export type CommonFilter = { camera?: string | undefined; day?: string | undefined };

type FilterBarProps = {
  filter: CommonFilter;
  cameras: readonly { id: string; name: string }[];
  today: string;
  onChange: (change: CommonFilter) => void;
  /** Present when any filter is set. */
  onClear?: (() => void) | undefined;
  children?: ReactNode;
};

export function FilterBar({ filter, cameras, today, onChange, onClear, children }: FilterBarProps) {
  return (
    <section aria-label={filtersTexts.label} className="flex flex-wrap items-center gap-1.5 sm:gap-2">
      <SelectChip
        label={filtersTexts.camera}
        icon={Cctv}
        value={filter.camera ?? ""}
        anyLabel={filtersTexts.allCameras}
        options={cameras.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(camera) => onChange({ camera: camera || undefined })}
      />
      <DayChip day={filter.day} today={today} onChange={(day) => onChange({ day })} />
      {children}
      {onClear && (
        // On a phone each chip clears itself; there is no room for one more.
        <IconButton icon={X} label={filtersTexts.clear} onClick={onClear} className="max-sm:hidden" />
      )}
    </section>
  );
}
