// The row of filters above the events. What is chosen lives in the page's address; this only shows and asks.
import { Cctv, Shapes, X } from "lucide-react";
import type { ReactNode } from "react";
import type { AlertType } from "@/api/wire";
import { IconButton } from "@/components/button";
import { CHIP, CHIP_ON, SelectChip, ToggleChip } from "@/components/chip";
import { clockTime } from "@/lib/site-time";
import { alertTypeTexts } from "@/lib/texts/alert-types";
import { eventsTexts } from "@/lib/texts/events";
import { filtersTexts } from "@/lib/texts/filters";
import type { EventsSearch } from "./search";

type Change = { [name in keyof EventsSearch]: EventsSearch[name] | undefined };
type EventsFiltersProps = {
  search: EventsSearch;
  cameras: readonly { id: string; name: string }[];
  timeZone: string;
  onChange: (change: Change) => void;
  onClear: (() => void) | undefined;
  /** The day switcher. */
  children: ReactNode;
};

export function EventsFilters({
  search,
  cameras,
  timeZone,
  onChange,
  onClear,
  children,
}: EventsFiltersProps) {
  const types = Object.entries(alertTypeTexts).map(([value, label]) => ({ value, label }));
  return (
    <section
      aria-label={filtersTexts.label}
      className="grid gap-2 sm:flex sm:flex-wrap sm:items-center"
      data-testid="filters"
    >
      {children}
      <div className="-mx-4 sm:mx-0 flex gap-1.5 *:shrink-0 overflow-x-auto px-4 py-0.5 [scrollbar-width:none] sm:gap-2 sm:overflow-visible sm:px-0 sm:py-0">
        <ToggleChip
          on={search.reviewed === "no"}
          onToggle={() => onChange({ reviewed: search.reviewed ? undefined : "no" })}
        >
          {filtersTexts.unreviewed}
        </ToggleChip>
        <SelectChip
          label={filtersTexts.camera}
          icon={Cctv}
          value={search.camera ?? ""}
          anyLabel={filtersTexts.allCameras}
          options={cameras.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(camera) => onChange({ camera: camera || undefined })}
        />
        <SelectChip
          label={filtersTexts.type}
          icon={Shapes}
          value={search.type ?? ""}
          anyLabel={filtersTexts.allTypes}
          options={types}
          onChange={(type) => onChange({ type: (type || undefined) as AlertType | undefined })}
        />
        <ToggleChip
          on={search.starred === "yes"}
          onToggle={() => onChange({ starred: search.starred ? undefined : "yes" })}
        >
          {filtersTexts.starred}
        </ToggleChip>
        {search.before && (
          <button
            type="button"
            className={`${CHIP} ${CHIP_ON}`}
            onClick={() => onChange({ before: undefined })}
            title={eventsTexts.beforeClear}
          >
            {eventsTexts.before(clockTime(search.before, timeZone))}
            <X aria-hidden className="size-4" />
          </button>
        )}
        {onClear && (
          // On a phone each chip clears itself; there is no room for one more.
          <IconButton icon={X} label={filtersTexts.clear} onClick={onClear} className="max-sm:hidden" />
        )}
      </div>
    </section>
  );
}
