// The events under their days and hours. On a wide screen the hours stand in a column of their own, like a diary.
import type { Alert } from "@/api/wire";
import { addDays, dayName } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { EventCard, type MarkEvent } from "./event-card";
import { groupByHour } from "./group-by-hour";
import type { EventsSearch } from "./search";

/** So many pictures are asked for before anything else on the page: about a screen. */
const EAGER = 8;

type EventListProps = {
  alerts: readonly Alert[];
  cameraName: (id: string) => string;
  timeZone: string;
  today: string;
  search: EventsSearch;
  onMark: MarkEvent;
};

function dayTitle(day: string, today: string): string {
  if (day === today) return texts.time.today;
  if (day === addDays(today, -1)) return texts.time.yesterday;
  return dayName(day, today);
}

export function EventList({ alerts, cameraName, timeZone, today, search, onMark }: EventListProps) {
  const first = new Set(alerts.slice(0, EAGER).map((alert) => alert.id));
  return groupByHour(alerts, timeZone).map(({ day, hours, count }) => (
    <section key={day} aria-label={dayTitle(day, today)} className="mt-4">
      <div className="flex items-baseline gap-3 py-2">
        <h2 className="font-semibold text-base">{dayTitle(day, today)}</h2>
        <span className="text-muted">{texts.events.count(count)}</span>
      </div>
      {hours.map(({ key, hour, items }) => (
        <section key={key} className="lg:grid lg:grid-cols-[4.5rem_1fr] lg:gap-3 lg:pb-6">
          <h3 className="py-2 text-muted tabular-nums lg:border-line lg:border-t lg:pt-1.5 lg:text-base">
            {hourName(hour)}
          </h3>
          <ol className="grid gap-2 sm:grid-cols-[repeat(auto-fill,minmax(16.5rem,1fr))] sm:gap-4">
            {items.map((alert) => (
              <li key={alert.id} className="animate-enter">
                <EventCard
                  alert={alert}
                  cameraName={cameraName(alert.camera_id)}
                  timeZone={timeZone}
                  search={search}
                  eager={first.has(alert.id)}
                  onMark={onMark}
                />
              </li>
            ))}
          </ol>
        </section>
      ))}
    </section>
  ));
}

function hourName(hour: number): string {
  return new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", timeZone: "UTC" }).format(
    new Date(Date.UTC(2000, 0, 1, hour)),
  );
}
