// Words of the page behind a share link.
export const shareTexts = {
  title: (camera: string, time: string) => `${camera}, ${time}`,
  loading: "Shared with you",
  goneTitle: "This link is over",
  note: (site: string, until: string) => `Shared from ${site}. The link works until ${until}.`,
  picture: (index: number, total: number) => `Picture ${index} of ${total}`,
  pictures: "Pictures",
  noPictures: "This event has no pictures.",
  download: "Download",
} as const;
