// A camera's state as plain sentences: one that says what it does, and warnings that say what to do. Pure.
import type { Camera } from "@/api/wire";
import { secondsBetween } from "@/lib/measures";
import { texts } from "@/lib/texts";

export type CameraState = { tone: "ok" | "busy" | "bad"; sentence: string; warnings: string[] };

const FRAME_OLD_SECONDS = 15;
const HOT_CELSIUS = 80;
const DAY_SECONDS = 86_400;

/** `clock` writes an instant for people: a time of day, or a date when it was long ago. */
export function cameraState(
  camera: Camera,
  now: Date,
  clock: (instant: string, long: boolean) => string,
): CameraState {
  const { health, last_seen_at: seen } = camera;
  if (seen === null) return { tone: "bad", sentence: texts.cameras.never, warnings: [] };
  if (!camera.online) {
    const when = clock(seen, secondsBetween(seen, now) > DAY_SECONDS);
    return { tone: "bad", sentence: texts.cameras.offlineSince(when), warnings: [] };
  }
  const warnings = [
    health?.under_voltage && texts.cameras.underVoltage,
    health?.throttled && !health.under_voltage && texts.cameras.throttled,
    (health?.temperature_celsius ?? 0) >= HOT_CELSIUS && texts.cameras.hot,
    health?.clock_synchronized === false && texts.cameras.clock,
    (health?.set_aside_files ?? 0) > 0 && texts.cameras.setAside(health?.set_aside_files ?? 0),
  ].filter((warning) => typeof warning === "string");
  const frameAge = health?.frame_age_seconds ?? 0;
  if (frameAge > FRAME_OLD_SECONDS) {
    return { tone: "bad", sentence: texts.cameras.noFrames(Math.round(frameAge)), warnings };
  }
  const waiting = health?.spool_files ?? 0;
  if (waiting > 0) return { tone: "busy", sentence: texts.cameras.uploading(waiting), warnings };
  if (health?.capture_state === "active")
    return { tone: "busy", sentence: texts.cameras.motionNow, warnings };
  return { tone: "ok", sentence: texts.cameras.watching, warnings };
}

/** Words people know for a signal in dBm. */
export function wifiWord(dbm: number): string {
  if (dbm >= -60) return texts.cameras.wifiWord.good;
  return dbm >= -72 ? texts.cameras.wifiWord.fair : texts.cameras.wifiWord.weak;
}
