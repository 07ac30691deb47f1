// What an event is called on the screen, by its type.
export const alertTypeTexts: Record<string, string> = {
  motion: "Motion",
  pir: "Motion sensor",
  person: "Person",
  vehicle: "Vehicle",
  animal: "Animal",
  tamper: "Camera covered or moved",
  offline: "Camera offline",
  hot: "Camera too hot",
  low_voltage: "Power too low",
  disk: "Storage nearly full",
  clock: "Clock not set",
  sensor: "Motion sensor fails",
  camera_failed: "Camera gives no picture",
  pictures_lost: "Pictures lost",
  manual: "Taken by hand",
};

const FAULTS = new Set(
  "offline tamper hot low_voltage disk clock sensor camera_failed pictures_lost".split(" "),
);

/** Whether this type of event is a fault of the camera rather than something it saw. */
export function isFault(type: string): boolean {
  return FAULTS.has(type);
}
