// Words of the filters above a list.
export const filtersTexts = {
  label: "Filters",
  camera: "Camera",
  allCameras: "All cameras",
  day: "Day",
  starred: "Starred only",
  type: "Type",
  allTypes: "All types",
  anyDay: "Any day",
  otherDay: "Another day",
  unreviewed: "To review",
  clear: "Clear filters",
} as const;
