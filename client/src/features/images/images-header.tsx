// The head of the Images page: how many, which (filters, in the address), how large, and the way to choosing some.
import { CircleCheck, Tag, ZoomIn, ZoomOut } from "lucide-react";
import type { DayCount } from "@/api/gallery";
import { Button, IconButton } from "@/components/button";
import { SelectChip, ToggleChip } from "@/components/chip";
import { FilterBar } from "@/components/filter-bar";
import { PageHeader } from "@/components/page-header";
import { imagesTexts } from "@/lib/texts/images";
import { TILE_SIZES } from "./layout";
import type { ImagesSearch } from "./search";
import { changeTileSize, useTileSize } from "./tile-size";

type ImagesHeaderProps = {
  search: ImagesSearch;
  cameras: readonly { id: string; name: string }[];
  today: string;
  days: readonly DayCount[];
  onChange: (change: Partial<ImagesSearch>) => void;
  onClear: (() => void) | undefined;
  onSelect: (() => void) | undefined;
};

export function ImagesHeader(props: ImagesHeaderProps) {
  const { search, cameras, today, days, onChange, onClear, onSelect } = props;
  const size = useTileSize();
  const count = days.reduce((sum, day) => sum + day.count, 0);
  // A label of a link that somebody sent is shown, also when it is none of ours.
  const labels = {
    ...imagesTexts.labels,
    ...(search.label ? { [search.label]: search.label } : {}),
    ...imagesTexts.labels,
  };
  return (
    <>
      <PageHeader title={imagesTexts.title} note={count > 0 && imagesTexts.count(count)} />
      <div className="-mx-4 lg:-mx-8 sticky top-0 z-20 bg-bg/95 max-[23rem]:static px-4 py-3 backdrop-blur lg:px-8">
        <FilterBar
          filter={search}
          cameras={cameras}
          today={today}
          onChange={onChange as never}
          onClear={onClear}
        >
          <SelectChip
            label={imagesTexts.label}
            icon={Tag}
            value={search.label ?? ""}
            anyLabel={imagesTexts.anything}
            options={Object.entries(labels).map(([value, label]) => ({ value, label }))}
            onChange={(label) => onChange({ label: label || undefined } as Partial<ImagesSearch>)}
          />
          <ToggleChip
            on={search.starred === true}
            onToggle={() => onChange({ starred: search.starred ? undefined : true } as Partial<ImagesSearch>)}
          >
            {imagesTexts.starred}
          </ToggleChip>
          {onSelect && (
            <div className="ml-auto flex">
              <IconButton
                icon={ZoomOut}
                label={imagesTexts.smaller}
                disabled={size === 0}
                onClick={() => changeTileSize(-1)}
              />
              <IconButton
                icon={ZoomIn}
                label={imagesTexts.larger}
                disabled={size === TILE_SIZES - 1}
                onClick={() => changeTileSize(1)}
              />
              <Button look="quiet" icon={CircleCheck} onClick={onSelect} className="max-sm:!px-3">
                <span className="max-sm:sr-only">{imagesTexts.select}</span>
              </Button>
            </div>
          )}
        </FilterBar>
      </div>
    </>
  );
}
