// Words of the page that pairs a camera. Imported directly, so that they come with that page alone.
export const pairingTexts = {
  title: "Add a camera",
  replaceTitle: (camera: string) => `New device for ${camera}`,
  replaceHint: (camera: string) =>
    `The new device takes over the name and the history of ${camera}. The old one works until the new one does.`,
  forAdmins: "Only an admin can add a camera: ask one of them.",
  failed: "There is no code just now.",
  onlyHere:
    "This server listens to its own machine only. Start it with PICAM_HOST=0.0.0.0, so that cameras on your network reach it.",
  stepRun: "On the Pi, run this one line",
  stepRunHint:
    "In its terminal, or from your computer after ssh to the Pi. It installs the agent and pairs it.",
  copy: "Copy",
  copied: "Copied",
  scan: "The picture holds the whole line, for a telephone with which you reach the Pi.",
  qrAlt: "The line above as a QR code",
  hasAgent: "The agent is installed already",
  codeLabel: "Code",
  validFor: (minutes: number, seconds: number) =>
    `Works once, for another ${minutes}:${String(seconds).padStart(2, "0")} minutes.`,
  expired: "This code has run out.",
  again: "New code",
  card: "The Pi has no screen and no network cable",
  cardHint:
    "A fresh card sets itself up: write it with Raspberry Pi Imager (give it your Wi-Fi), then save this file on its small partition, in place of the one that is there. The code in it works once, for a day.",
  cardInstalled: "For a card that has the agent already, this file alone:",
  cardMake: "Make the files for the card",
  save: (file: string) => `Save ${file}`,
  waiting: "Waiting for the camera …",
  waitingHint: "This page goes on by itself as soon as the camera says hello.",
  paired: "The camera is here. Its first picture is on its way …",
  seen: (camera: string) => `This is what ${camera} sees`,
  nameLabel: "Name",
  nameHint: "Where it looks, such as Porch or Garden gate.",
  saveName: "Save the name",
  named: "Saved.",
  next: "What is next",
  walk: "Walk through the picture: the event appears within a second.",
  events: "See its events",
  live: "Watch it live",
  another: "Add another camera",
  back: "All cameras",
} as const;
