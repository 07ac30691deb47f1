// Chooses a day: today, yesterday, any other, or none. The calendar is the browser's own.
import { CalendarDays } from "lucide-react";
import { addDays, shortDayName } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { filtersTexts } from "@/lib/texts/filters";
import { CHIP, CHIP_OFF, CHIP_ON } from "./chip";
import { Menu } from "./menu";

type DayChipProps = { day: string | undefined; today: string; onChange: (day: string | undefined) => void };

export function DayChip({ day, today, onChange }: DayChipProps) {
  const yesterday = addDays(today, -1);
  const choices = [
    { value: undefined, label: filtersTexts.anyDay },
    { value: today, label: texts.time.today },
    { value: yesterday, label: texts.time.yesterday },
  ];
  const name = dayWord(day, today);
  return (
    <Menu
      label={filtersTexts.day}
      buttonLabel={`${filtersTexts.day}: ${name}`}
      buttonClass={`${CHIP} ${day ? CHIP_ON : CHIP_OFF}`}
      placement="top-full left-0 mt-2 w-56"
      button={
        <>
          <CalendarDays aria-hidden className="size-4" />
          {name}
        </>
      }
    >
      {(close) => (
        <div className="grid gap-1">
          {choices.map((choice) => (
            <button
              key={choice.label}
              type="button"
              aria-pressed={choice.value === day}
              onClick={() => {
                onChange(choice.value);
                close();
              }}
              className="min-h-11 rounded-sm px-3 text-left hover:bg-raised aria-pressed:bg-accent-soft"
            >
              {choice.label}
            </button>
          ))}
          <label className="grid gap-1 border-line border-t px-3 pt-3 pb-1 text-muted text-xs">
            {filtersTexts.otherDay}
            <input
              type="date"
              value={day ?? ""}
              max={today}
              onChange={(event) => onChange(event.target.value || undefined)}
              className="min-h-11 rounded-sm border border-edge bg-bg px-2 text-sm text-text"
            />
          </label>
        </div>
      )}
    </Menu>
  );
}

function dayWord(day: string | undefined, today: string): string {
  if (day === undefined) return filtersTexts.anyDay;
  if (day === today) return texts.time.today;
  if (day === addDays(today, -1)) return texts.time.yesterday;
  return shortDayName(day);
}
