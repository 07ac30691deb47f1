// Words of the offer to load a new version.
export const updateTexts = {
  ready: "A new version of these pages is ready.",
  load: "Load it",
  later: "Later",
} as const;
