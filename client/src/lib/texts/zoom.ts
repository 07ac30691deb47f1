// Words of a picture that can be looked at closely.
export const zoomTexts = {
  in: "Zoom in",
  out: "Zoom out",
  whole: "Whole picture",
} as const;
