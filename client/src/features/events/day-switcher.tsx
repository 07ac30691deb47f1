// The day that is being read, the days beside it, and the calendar of all days.
import { CalendarDays, ChevronLeft, ChevronRight } from "lucide-react";
import { lazy, Suspense } from "react";
import { IconButton } from "@/components/button";
import { CHIP, CHIP_OFF, CHIP_ON } from "@/components/chip";
import { Menu } from "@/components/menu";
import { Skeleton } from "@/components/states";
import { addDays, shortDayName } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { eventsTexts } from "@/lib/texts/events";
import { filtersTexts } from "@/lib/texts/filters";

const Calendar = lazy(() => import("./calendar").then((module) => ({ default: module.Calendar })));

type DaySwitcherProps = {
  /** The day that the list is restricted to. */
  day: string | undefined;
  /** The day that is on the screen. */
  reading: string;
  today: string;
  timeZone: string;
  camera: string | undefined;
  onChange: (day: string | undefined) => void;
};

export function dayWord(day: string, today: string): string {
  if (day === today) return texts.time.today;
  if (day === addDays(today, -1)) return texts.time.yesterday;
  return shortDayName(day);
}

export function DaySwitcher({ day, reading, today, timeZone, camera, onChange }: DaySwitcherProps) {
  const word = dayWord(reading, today);
  return (
    <span className="flex items-center">
      <IconButton
        icon={ChevronLeft}
        label={eventsTexts.dayBefore}
        onClick={() => onChange(addDays(reading, -1))}
        className="!w-9"
      />
      <Menu
        label={filtersTexts.day}
        buttonLabel={`${filtersTexts.day}: ${word}`}
        buttonClass={`${CHIP} ${day ? CHIP_ON : CHIP_OFF}`}
        placement="top-full -left-9 mt-2 w-[min(22rem,calc(100vw-2rem))]"
        button={
          <>
            <CalendarDays aria-hidden className="size-4" />
            {word}
          </>
        }
      >
        {(close) => (
          <>
            <Suspense fallback={<Skeleton className="h-80" />}>
              <Calendar
                {...{ day, today, timeZone, camera }}
                onChoose={(chosen) => {
                  onChange(chosen);
                  close();
                }}
              />
            </Suspense>
            <button
              type="button"
              aria-pressed={day === undefined}
              onClick={() => {
                onChange(undefined);
                close();
              }}
              className="mt-1 min-h-11 w-full rounded-sm px-3 hover:bg-raised aria-pressed:bg-accent-soft"
            >
              {filtersTexts.anyDay}
            </button>
          </>
        )}
      </Menu>
      <IconButton
        icon={ChevronRight}
        label={eventsTexts.dayAfter}
        disabled={reading >= today}
        onClick={() => onChange(addDays(reading, 1))}
        className="!w-9"
      />
    </span>
  );
}
