// A camera's state as plain sentences: one that says what it does, and warnings that say what to do. Pure.
import type { Camera } from "@/api/wire";
import { secondsBetween } from "@/lib/measures";
import { camerasTexts } from "@/lib/texts/cameras";

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
  if (camera.revoked_at !== null) return { tone: "bad", sentence: camerasTexts.lockedOut, warnings: [] };
  if (seen === null) return { tone: "bad", sentence: camerasTexts.never, warnings: [] };
  if (!camera.online) {
    const when = clock(seen, secondsBetween(seen, now) > DAY_SECONDS);
    return { tone: "bad", sentence: camerasTexts.offlineSince(when), warnings: [] };
  }
  const warnings = [
    health?.under_voltage && camerasTexts.underVoltage,
    health?.throttled && !health.under_voltage && camerasTexts.throttled,
    (health?.temperature_celsius ?? 0) >= HOT_CELSIUS && camerasTexts.hot,
    health?.clock_synchronized === false && camerasTexts.clock,
    (health?.set_aside_files ?? 0) > 0 && camerasTexts.setAside(health?.set_aside_files ?? 0),
  ].filter((warning) => typeof warning === "string");
  const frameAge = health?.frame_age_seconds ?? 0;
  if (frameAge > FRAME_OLD_SECONDS) {
    return { tone: "bad", sentence: camerasTexts.noFrames(Math.round(frameAge)), warnings };
  }
  const waiting = health?.spool_files ?? 0;
  if (waiting > 0) return { tone: "busy", sentence: camerasTexts.uploading(waiting), warnings };
  if (!camera.armed_now) return { tone: "ok", sentence: camerasTexts.disarmed, warnings };
  if (health?.capture_state === "active") return { tone: "busy", sentence: camerasTexts.motionNow, warnings };
  return { tone: "ok", sentence: camerasTexts.watching, warnings };
}

/** Words people know for a signal in dBm. */
export function wifiWord(dbm: number): string {
  if (dbm >= -60) return camerasTexts.wifiWord.good;
  return dbm >= -72 ? camerasTexts.wifiWord.fair : camerasTexts.wifiWord.weak;
}
