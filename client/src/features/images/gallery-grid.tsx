// The gallery itself: rows near the screen, whatever lies above and below; chosen and opened by hand, touch and keyboard.
import type { RefObject } from "react";
import type { DayCount, Tile } from "@/api/gallery";
import type { ImageFilter } from "@/api/keys";
import { Button } from "@/components/button";
import { addDays, dayName, hourName } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { imagesTexts } from "@/lib/texts/images";
import { type Geometry, type Row, rowsBetween, type Section } from "./layout";
import { MOST_SELECTED, type Selection } from "./selection";
import { TileRow } from "./tile-row";
import { useBuckets } from "./use-buckets";
import type { GalleryScroll } from "./use-gallery-scroll";
import { useGridInput } from "./use-grid-input";

type GalleryGridProps = {
  frame: RefObject<HTMLDivElement | null>;
  geometry: Geometry;
  scroll: GalleryScroll;
  days: readonly DayCount[];
  filter: ImageFilter;
  selection: Selection;
  tiles: {
    known: (ordinal: number) => Tile | undefined;
    between: (from: number, to: number) => Promise<Tile[]>;
  };
  cameraName: (id: string) => string;
  timeZone: string;
  today: string;
  query: string;
  onOpen: (id: string) => void;
  onSize: (step: 1 | -1) => void;
};

export function GalleryGrid(props: GalleryGridProps) {
  const { frame, geometry, scroll, filter, selection, tiles, cameraName, timeZone, today, query } = props;
  const rows = scroll.width === 0 ? [] : rowsBetween(geometry, scroll.from, scroll.to);
  const sections = [...new Set(rows.map((row) => row.section))];
  const bucketOf = useBuckets(filter, sections, scroll.fast);
  const { current, ...handlers } = useGridInput({ ...props, rows });

  const selectAll = async (section: Section) => {
    const first = geometry.sections.find(({ day }) => day === section.day)?.first ?? 0;
    selection.add(await tiles.between(first, first + section.dayCount - 1));
  };
  const draw = (row: Row) => {
    const top = row.top - scroll.offset;
    if (row.kind !== "tiles") {
      return (
        <Title key={row.key} row={row} top={top} today={today}>
          {selection.on && row.kind === "day" && row.section.dayCount <= MOST_SELECTED && (
            <Button look="quiet" className="-my-2 ml-2" onClick={() => void selectAll(row.section)}>
              {imagesTexts.selectDay}
            </Button>
          )}
        </Title>
      );
    }
    const { section, start, end, height } = row;
    const here = current !== null && current >= section.first + start && current < section.first + end;
    return (
      <TileRow
        key={row.key}
        {...{ section, start, end, top, height, cameraName, timeZone, query }}
        columns={geometry.columns}
        bucket={bucketOf(section)}
        load={!scroll.fast}
        current={here ? current : null}
        selected={selection.tiles}
        selecting={selection.on}
      />
    );
  };
  return (
    <div
      ref={frame}
      {...handlers}
      className="-mx-4 relative touch-pan-y [overflow-anchor:none] sm:mx-0"
      style={{ height: scroll.page }}
    >
      {sections.map((section) => {
        const inside = rows.filter((row) => row.section === section);
        const titles = inside.filter((row) => row.kind !== "tiles");
        const list = inside.filter((row) => row.kind === "tiles");
        return (
          <div key={section.key}>
            {titles.map(draw)}
            {list.length > 0 && (
              // biome-ignore lint/a11y/useSemanticElements: rows stand between a list and its items
              <div role="list" aria-label={nameOf(section, today)}>
                {list.map(draw)}
              </div>
            )}
          </div>
        );
      })}
    </div>
  );
}

function Title({
  row,
  top,
  today,
  children,
}: {
  row: Row;
  top: number;
  today: string;
  children?: React.ReactNode;
}) {
  const { section, kind, height } = row;
  const box = "absolute inset-x-0 flex items-center px-4 sm:px-0";
  if (kind === "hour") {
    return (
      <h3 className={`${box} text-muted text-sm`} style={{ top, height }}>
        {hourName(section.hour ?? 0)}
        <span className="ml-2 text-xs tabular-nums">{imagesTexts.count(section.count)}</span>
      </h3>
    );
  }
  return (
    <div className={box} style={{ top, height }}>
      <h2 className="font-semibold text-base">{dayWords(section.day, today)}</h2>
      <span className="ml-2 text-muted text-xs tabular-nums">{imagesTexts.count(section.dayCount)}</span>
      {children}
    </div>
  );
}

export function dayWords(day: string, today: string): string {
  if (day === today) return texts.time.today;
  if (day === addDays(today, -1)) return texts.time.yesterday;
  return dayName(day, today);
}

function nameOf({ day, hour }: Section, today: string): string {
  return hour === null ? dayWords(day, today) : `${dayWords(day, today)}, ${hourName(hour)}`;
}
