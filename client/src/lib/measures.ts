// Durations, sizes and distances in time as short text. Pure; words come from the catalogue.
import { texts } from "./texts";

/** `0:14`, `12:05`, `1:02:05`: how long something lasted, in whole seconds. */
export function stopwatch(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

export function secondsBetween(from: string, to: string | Date): number {
  return (new Date(to).getTime() - new Date(from).getTime()) / 1000;
}

/** `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`. A time in the near future (clocks differ) counts as now. */
export function ago(instant: string, now: number): string {
  const seconds = Math.max(0, (now - new Date(instant).getTime()) / 1000);
  if (seconds < 10) return texts.time.justNow;
  if (seconds < 60) return texts.time.secondsAgo(Math.floor(seconds));
  if (seconds < 3600) return texts.time.minutesAgo(Math.floor(seconds / 60));
  if (seconds < 86_400) return texts.time.hoursAgo(Math.floor(seconds / 3600));
  return texts.time.daysAgo(Math.floor(seconds / 86_400));
}

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

export function bytes(count: number): string {
  let value = Math.max(0, count);
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}
