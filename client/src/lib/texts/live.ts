// Words of live view.
export const liveTexts = {
  title: "Live",
  failed: "The cameras could not be loaded.",
  gone: "There is no such camera.",
  all: "All cameras",
  fullScreen: "Full screen",
  picture: (camera: string) => `${camera}, live`,
  live: (ageMs: number) => `Live, ${(ageMs / 1000).toFixed(1)} s ago`,
  old: (seconds: number) => `Picture is ${seconds} s old.`,
  connecting: "Connecting to the server…",
  starting: "Waiting for the camera…",
  away: "The camera cannot be reached.",
  refused: "You may not watch this camera, or must sign in again.",
} as const;
