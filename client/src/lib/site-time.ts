// Times as the site's people read them: instants are UTC on the wire, days and clocks are the site's (its IANA zone).
// Everything by `Intl`; formatters are kept, because making one costs far more than using it.

const kept = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone}|${JSON.stringify(options)}`;
  let found = kept.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(undefined, { ...options, timeZone });
    kept.set(key, found);
  }
  return found;
}

/** The numbers of the zone's wall clock; Swedish writes them as ISO does: 2026-11-22 14:02:11. */
const isoClocks = new Map<string, Intl.DateTimeFormat>();
function wallClock(at: Date, timeZone: string): string {
  let found = isoClocks.get(timeZone);
  if (!found) {
    found = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
    isoClocks.set(timeZone, found);
  }
  return found.format(at);
}

/** The site's day of an instant: `2026-11-22`. */
export function dayOf(instant: string | Date, timeZone: string): string {
  return wallClock(new Date(instant), timeZone).slice(0, 10);
}

/** The site's hour of an instant, 0 to 23. */
export function hourOf(instant: string | Date, timeZone: string): number {
  return Number(wallClock(new Date(instant), timeZone).slice(11, 13));
}

export function clockTime(instant: string | Date, timeZone: string, seconds = false): string {
  const second = seconds ? ({ second: "2-digit" } as const) : {};
  return formatter(timeZone, { hour: "2-digit", minute: "2-digit", ...second }).format(new Date(instant));
}

/** `Sunday, 22 November`; with the year when it is not this one. */
export function dayName(day: string, today: string): string {
  const year = day.slice(0, 4) === today.slice(0, 4) ? {} : ({ year: "numeric" } as const);
  return formatter("UTC", { weekday: "long", day: "numeric", month: "long", ...year }).format(noon(day));
}

export function shortDayName(day: string): string {
  return formatter("UTC", { weekday: "short", day: "numeric", month: "short" }).format(noon(day));
}

/** `Nov 2026`, or with the day: `22 Nov`. For the narrowest of places. */
export function monthName(day: string, withDay: boolean): string {
  const options = withDay
    ? ({ day: "numeric", month: "short" } as const)
    : ({ month: "short", year: "numeric" } as const);
  return formatter("UTC", options).format(noon(day));
}

/** The clock at the begin of an hour of a day: `14:00`. */
export function hourName(hour: number): string {
  return clockTime(new Date(Date.UTC(2000, 0, 1, hour)), "UTC");
}

/** Date and clock together, for titles and for things seen long ago. */
export function dateAndTime(instant: string | Date, timeZone: string): string {
  return formatter(timeZone, { dateStyle: "medium", timeStyle: "short" }).format(new Date(instant));
}

export function addDays(day: string, count: number): string {
  const at = noon(day);
  at.setUTCDate(at.getUTCDate() + count);
  return at.toISOString().slice(0, 10);
}

/** Whether this is a real day written as `YYYY-MM-DD`. */
export function isDay(text: unknown): text is string {
  if (typeof text !== "string" || !/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const at = noon(text);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** The instants at which the site's day begins and the next one begins; 23 or 25 hours apart when the clocks change. */
export function dayRange(day: string, timeZone: string): { from: string; to: string } {
  return { from: startOfDay(day, timeZone), to: startOfDay(addDays(day, 1), timeZone) };
}

function startOfDay(day: string, timeZone: string): string {
  const asUtc = Date.parse(`${day}T00:00:00Z`);
  // The zone's offset at the answer is not known before it: correct a first guess twice.
  let guess = asUtc;
  for (let round = 0; round < 2; round += 1) guess = asUtc - offsetMs(new Date(guess), timeZone);
  return new Date(guess).toISOString();
}

function offsetMs(at: Date, timeZone: string): number {
  const wall = Date.parse(`${wallClock(at, timeZone).replace(" ", "T")}Z`);
  return wall - Math.floor(at.getTime() / 1000) * 1000;
}

function noon(day: string): Date {
  return new Date(`${day}T12:00:00Z`);
}
