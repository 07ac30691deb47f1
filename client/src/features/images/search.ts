// What stands in the address of the Images page.
import type { ImageFilter } from "@/api/keys";
import { isDay } from "@/lib/site-time";

export type ImagesSearch = { camera?: string; day?: string };

const ID = /^[\da-f-]{36}$/i;

export function parseImagesSearch(search: Record<string, unknown>): ImagesSearch {
  const { camera, day } = search;
  return {
    ...(typeof camera === "string" && ID.test(camera) ? { camera } : {}),
    ...(isDay(day) ? { day } : {}),
  };
}

export function imageFilterOf({ camera, day }: ImagesSearch): ImageFilter {
  return { ...(camera ? { camera } : {}), ...(day ? { day } : {}) };
}
