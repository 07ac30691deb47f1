// What the service worker answers itself, as pure rules that have tests.

export type ShellFile = { url: string; revision: string };

export const THUMBNAILS = "thumbnails";
const MOST_THUMBNAILS = 2000;
/** First words of the viewer's own paths: the same as the server's list. Everything else is the server's. */
const PAGES = ["", "events", "gallery", "live", "settings", "login", "welcome"];

/** One cache for each set of files: they belong together. */
export function cacheName(files: readonly ShellFile[]): string {
  let hash = 0x811c9dc5;
  for (const character of files.map(({ url, revision }) => `${url} ${revision}`).join("\n")) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  }
  return `shell-${hash.toString(16)}`;
}

/** Whether a navigation is to a page of the viewer. A share link always asks the server. */
export function isPage(path: string): boolean {
  return PAGES.includes(path.split("/")[1] ?? "");
}

export function thumbnailOf(path: string): string | undefined {
  return /^\/images\/([\da-f-]{36})\/thumbnail$/i.exec(path)?.[1];
}

/** How many of so many thumbnails have to go; some more than must, so that it is not counted at each one. */
export function surplus(count: number): number {
  return count > MOST_THUMBNAILS - 50 ? count - (MOST_THUMBNAILS - 100) : 0;
}
