// What pictures keep besides what they show, and deleting a stretch of time. Loaded with the settings.
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { data, http } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

const PRIVACY = ["privacy"] as const;

export const privacyQuery = queryOptions({
  queryKey: PRIVACY,
  queryFn: ({ signal }): Promise<Schemas["PrivacyView"]> => data(http.GET("/privacy", { signal })),
});

export function useChangePrivacy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (strip_metadata: boolean) => data(http.PATCH("/privacy", { body: { strip_metadata } })),
    onSettled: () => client.invalidateQueries({ queryKey: PRIVACY }),
  });
}

export const useErase = () =>
  useMutation({
    mutationFn: (body: Schemas["NewErasure"]): Promise<Schemas["ErasureView"]> =>
      data(http.POST("/erasures", { body })),
  });

export const useUndoErasure = () =>
  useMutation({
    mutationFn: (deletion_id: string): Promise<unknown> =>
      data(http.DELETE("/deletions/{deletion_id}", { params: { path: { deletion_id } } })),
  });

/** Where the zip of a stretch of time is had. */
export function exportUrl(camera: string | null, from: string, to: string): string {
  const query = new URLSearchParams({ from, to, ...(camera === null ? {} : { camera_id: camera }) });
  return `/exports?${query}`;
}
