// Words of the device behind a camera: replacing it, its token, locking it out.
export const deviceTexts = {
  title: "The device",
  replace: "Replace the device",
  replaceHint: "A new Pi takes over this camera's name, settings and history. The old one is let in no more.",
  rotate: "New token",
  rotateHint: "When somebody may have seen the token. The old one works until the new one is used.",
  token: "The new token, shown this once. Put it into the camera's token file and restart the camera.",
  lockOut: "Lock it out",
  lockOutHint: "For a camera that was stolen or sold. Everything it has sent stays here.",
  lockOutTitle: (name: string) => `Lock ${name} out?`,
  lockOutText:
    "It can send nothing and read nothing from this moment. To bring it back it has to be paired again; what it has not sent yet waits on it until then.",
  lockedOut: (name: string) => `${name} is locked out.`,
  isLockedOut: "Locked out. To bring it back, or to put another device in its place, pair it.",
  pair: "Pair it",
  cancel: "Cancel",
};
