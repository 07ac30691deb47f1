// From the sensor to this screen: when each stage of an event was reached, after the first of them. Pure.
import type { Alert, Image } from "@/api/wire";

export type StageName = "sensor" | "decided" | "captured" | "stored" | "shown";
export type Stage = { name: StageName; at: number; after: number };

/** Later than this on the screen it was opened from the list, not shown as it came. */
const LIVE_MS = 10 * 60_000;

/**
 * Stages that are known, in their order. Cameras and server have clocks of their own: a stage that seems to come before the one
 * before it is shown as no later. `first` is the event's first picture, `shownAt` when this browser heard of it.
 */
export function stagesOf(alert: Alert, first: Image | undefined, shownAt: number | undefined): Stage[] {
  const known: [StageName, number | undefined][] = [
    ["sensor", parse(alert.triggered_at)],
    ["decided", parse(alert.timestamp)],
    ["captured", parse(first?.timestamp)],
    ["stored", parse(first?.received_at ?? alert.received_at)],
    ["shown", shownAt],
  ];
  const stages: Stage[] = [];
  let begin: number | undefined;
  let last = 0;
  for (const [name, at] of known) {
    if (at === undefined) continue;
    begin ??= at;
    if (name === "shown" && at - begin > LIVE_MS) continue;
    last = Math.max(last, at - begin);
    stages.push({ name, at, after: last });
  }
  return stages;
}

/** `0.08 s`, `3.2 s`, `4 min`: milliseconds as a person reads them. */
export function delayWords(milliseconds: number): string {
  if (milliseconds < 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (milliseconds < 3_600_000) return `${Math.round(milliseconds / 60_000)} min`;
  return `${(milliseconds / 3_600_000).toFixed(1)} h`;
}

function parse(instant: string | null | undefined): number | undefined {
  return instant ? Date.parse(instant) : undefined;
}
