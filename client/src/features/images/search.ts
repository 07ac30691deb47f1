// What stands in the address of the Images page.
import type { ImageFilter } from "@/api/keys";
import { isDay } from "@/lib/site-time";

export type ImagesSearch = { camera?: string; day?: string; label?: string; starred?: true };

const ID = /^[\da-f-]{36}$/i;
const LONGEST_LABEL = 64;

export function parseImagesSearch(search: Record<string, unknown>): ImagesSearch {
  const { camera, day, label, starred } = search;
  return {
    ...(typeof camera === "string" && ID.test(camera) ? { camera } : {}),
    ...(isDay(day) ? { day } : {}),
    ...(typeof label === "string" && label !== "" && label.length <= LONGEST_LABEL ? { label } : {}),
    ...(starred === true ? { starred } : {}),
  };
}

export function imageFilterOf({ camera, day, label, starred }: ImagesSearch): ImageFilter {
  return {
    ...(camera ? { camera } : {}),
    ...(day ? { day } : {}),
    ...(label ? { label } : {}),
    ...(starred ? { starred } : {}),
  };
}
