// How the camera was in the last seven days: an hour is a cell, darker the less it was there; and the same as a table.
import { useQuery } from "@tanstack/react-query";
import { type HealthSample, healthQuery } from "@/api/camera-settings";
import { dayOf, shortDayName } from "@/lib/site-time";
import { cameraSettingsTexts as t } from "@/lib/texts/camera-settings";

const DAYS = 7;
const HOURS = 24 * DAYS;
const HOUR_MS = 3_600_000;

/** Share of each of the last 168 hours that the camera was there, oldest first. */
export function hoursOf(samples: readonly HealthSample[], now: number): number[] {
  const first = Math.floor(now / HOUR_MS) - HOURS + 1;
  const seconds = new Array<number>(HOURS).fill(0);
  for (const { started_at, online_seconds } of samples) {
    const place = Math.floor(Date.parse(started_at) / HOUR_MS) - first;
    if (place >= 0 && place < HOURS) seconds[place] = (seconds[place] ?? 0) + online_seconds;
  }
  return seconds.map((sum, place) => {
    const length = place === HOURS - 1 ? Math.max(60, (now % HOUR_MS) / 1000) : 3600;
    return Math.min(1, sum / length);
  });
}

export function HealthHistory({ cameraId, timeZone }: { cameraId: string; timeZone: string }) {
  const samples = useQuery(healthQuery(cameraId)).data;
  if (samples === undefined || samples.length === 0) return <p className="text-muted">{t.noHistory}</p>;
  const now = Date.now();
  const hours = hoursOf(samples, now);
  const rows = daysOf(samples, timeZone);
  return (
    <div className="grid gap-2">
      <svg
        role="img"
        aria-label={t.uptimeBar(Math.round((hours.reduce((sum, share) => sum + share, 0) / HOURS) * 100))}
        viewBox={`0 0 ${HOURS} 10`}
        preserveAspectRatio="none"
        className="h-8 w-full rounded-sm bg-raised"
      >
        {hours.map((share, place) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its place
            key={place}
            x={place + 0.08}
            y={10 - share * 10}
            width="0.84"
            height={share * 10}
            className={share > 0.98 ? "fill-ok" : "fill-accent"}
          />
        ))}
      </svg>
      <details>
        <summary className="flex min-h-11 items-center text-muted">{t.asTable}</summary>
        <div className="overflow-x-auto">
          <table className="w-full text-left tabular-nums">
            <thead>
              <tr>
                {t.columns.map((name) => (
                  <th key={name} scope="col" className="py-1 pr-3 font-medium text-muted text-xs">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ day, online, hottest, weakest, waiting }) => (
                <tr key={day} className="border-line border-t">
                  <th scope="row" className="py-1.5 pr-3 font-normal">
                    {shortDayName(day)}
                  </th>
                  <td className="pr-3">{t.hours(online / 3600)}</td>
                  <td className="pr-3">{hottest === null ? "–" : `${hottest.toFixed(0)} °C`}</td>
                  <td className="pr-3">{weakest === null ? "–" : `${weakest.toFixed(0)} dBm`}</td>
                  <td>{waiting ?? "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  );
}

type DayRow = {
  day: string;
  online: number;
  hottest: number | null;
  weakest: number | null;
  waiting: number | null;
};

function daysOf(samples: readonly HealthSample[], timeZone: string): DayRow[] {
  const rows = new Map<string, DayRow>();
  for (const sample of samples) {
    const day = dayOf(sample.started_at, timeZone);
    const row = rows.get(day) ?? { day, online: 0, hottest: null, weakest: null, waiting: null };
    row.online += sample.online_seconds;
    row.hottest = most(row.hottest, sample.temperature_celsius);
    row.waiting = most(row.waiting, sample.spool_files);
    if (sample.wifi_signal_dbm !== null)
      row.weakest = Math.min(row.weakest ?? Number.POSITIVE_INFINITY, sample.wifi_signal_dbm);
    rows.set(day, row);
  }
  return [...rows.values()].reverse();
}

function most(known: number | null, value: number | null): number | null {
  return value === null ? known : Math.max(known ?? Number.NEGATIVE_INFINITY, value);
}
