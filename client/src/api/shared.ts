// What a share link shows, to whoever has it. Loaded with its page.
import { queryOptions } from "@tanstack/react-query";
import { data, http } from "./client";
import type { components } from "./schema";

export type Shared = components["schemas"]["Shared"];
export type SharedImage = components["schemas"]["SharedImage"];

export const sharedQuery = (share: string) =>
  queryOptions({
    queryKey: ["shared", share] as const,
    queryFn: ({ signal }): Promise<Shared> =>
      data(http.GET("/shares/{share}", { params: { path: { share } }, signal })),
    gcTime: 0,
  });

export function sharedFileUrl(share: string, imageId: string): string {
  return `/shares/${encodeURIComponent(share)}/images/${imageId}/file`;
}

export function sharedThumbnailUrl(share: string, imageId: string): string {
  return `/shares/${encodeURIComponent(share)}/images/${imageId}/thumbnail`;
}
