// Tells those who keep images in a shape of their own (the gallery's columns) what the live updates say of them.
import type { Image } from "./wire";

/** `restored`: the person at this page brought some back, and wants to see them. */
export type ImageChange =
  | { action: "restored" }
  | { action: "created" | "updated"; image: Image }
  | { action: "deleted"; imageId: string };

const listeners = new Set<(change: ImageChange) => void>();

/** Returns how to stop listening. */
export function onImageChange(listener: (change: ImageChange) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellImageChange(change: ImageChange): void {
  for (const listener of listeners) listener(change);
}
