// Words of the sections about storage and about the program.
import { plural } from "../plural";

export const storageTexts = {
  title: "Storage",
  hint: "How full it is, and how long pictures are kept",
  failed: "It could not be found out how full it is.",
  used: "Used",
  taken: (count: number, size: string) => `${plural(count, "picture takes", "pictures take")} ${size}.`,
  room: (size: string) => `${size} are left.`,
  fullAt: (day: string, pace: string) =>
    `At ${pace} a day, the oldest pictures begin to go for want of room on ${day}.`,
  neverFull: (pace: string) => `At ${pace} a day, there is room for as long as can be told.`,
  oldest: (day: string) => `The oldest picture is of ${day}.`,
  retention: "Keep pictures for",
  retentionHint: "A camera may have a time of its own. Starred pictures stay for ever.",
  days: "Days to keep pictures for",
  daysUnit: "days",
  noLimit: "as long as there is room",
  save: "Keep so long",
  changed: "Changed.",
  counting: "Counting what would be deleted",
  wouldDelete: (count: number, size: string, starred: number) =>
    count === 0
      ? "Nothing would be deleted now."
      : `${plural(count, "picture", "pictures")} (${size}) would be deleted, ${starred} starred kept.`,
} as const;

export const aboutTexts = {
  title: "About",
  hint: "Versions, updates, licences",
  failed: "The versions could not be loaded.",
  versions: "Versions",
  server: "Server",
  serverOn: (python: string, database: string) => `Python ${python}, ${database}`,
  other: "Another version than the server's: it works, and can be updated.",
  unknown: "not known yet",
  update: "Updates",
  updateHint: "Nothing here calls home: whether there is a newer version, you find where you got this one.",
  ways: [
    { where: "With Docker Compose", how: "docker compose pull && docker compose up -d" },
    { where: "From a clone", how: "git pull && make setup, then start it again" },
    { where: "On a camera", how: "git pull && sudo auxiliary/install/install.sh --upgrade" },
  ],
  licences: "Licences",
  licencesHint:
    "Pi Security Camera is free software under the Apache License 2.0. It stands on the work of others.",
  ofPages: "In these pages",
  ofServer: "On the server",
} as const;
