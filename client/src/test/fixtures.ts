// The contract's own examples, and more of the same kind. A fixture that no longer fits the contract fails to compile.
import type { Alert, Camera, Image, Session } from "@/api/wire";
import alertExample from "../../../contract/examples/alert.json";
import cameraExample from "../../../contract/examples/camera.json";
import imageExample from "../../../contract/examples/image.json";
import sessionExample from "../../../contract/examples/session.json";

export const session: Session = {
  ...sessionExample,
  user: { ...sessionExample.user, role: "admin" },
  site: { ...sessionExample.site, time_zone: "Europe/Berlin" },
};
export const camera: Camera = { ...cameraExample, settings_state: "applied" };

/** `n` counts minutes back from 14:02 UTC: 0 is the newest. */
export function alertAt(n: number, more: Partial<Alert> = {}): Alert {
  const at = new Date(Date.parse("2026-11-22T14:02:00Z") - n * 60_000).toISOString();
  return {
    ...alertExample,
    type: "motion",
    source: "camera",
    verdict: null,
    detail: null,
    time_uncertainty_seconds: null,
    ...keyed(n, at),
    key_image_id: null,
    ...more,
  };
}

export function imageAt(n: number, more: Partial<Image> = {}): Image {
  const at = new Date(Date.parse("2026-11-22T14:02:00Z") - n * 60_000).toISOString();
  return { ...imageExample, ...keyed(n, at), ...more };
}

function keyed(n: number, timestamp: string) {
  return { id: `019ab1c2-0000-7000-8000-${String(900_000 - n).padStart(12, "0")}`, timestamp };
}
