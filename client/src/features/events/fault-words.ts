// The words of an alert that is a fault: what happened, and what to do.
import type { Alert } from "@/api/wire";
import { clockTime } from "@/lib/site-time";
import { faultWords } from "@/lib/texts/faults";

export function wordsOfFault(alert: Alert, timeZone: string) {
  return faultWords(alert.type, alert.detail, alert.ended_at === null, (at) => clockTime(at, timeZone));
}
