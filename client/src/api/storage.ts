// How full the server is, how long pictures are kept, and what runs there.
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { data, http } from "./client";
import type { components } from "./schema";

export type Storage = components["schemas"]["StorageView"];
export type About = components["schemas"]["AboutView"];

export const storageQuery = queryOptions({
  queryKey: ["storage"],
  queryFn: ({ signal }) => data(http.GET("/storage", { signal })),
  staleTime: 30_000,
});

export const retentionQuery = queryOptions({
  queryKey: ["retention"],
  queryFn: ({ signal }) => data(http.GET("/retention", { signal })),
});

export const siteRetentionPreviewQuery = (days: number | null) =>
  queryOptions({
    queryKey: ["retention-preview", "site", days],
    queryFn: ({ signal }) =>
      data(http.GET("/retention/preview", { params: { query: { retention_days: days ?? 1 } }, signal })),
    enabled: days !== null,
    staleTime: 30_000,
  });

export function useChangeRetention() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (retention_days: number | null) =>
      data(http.PATCH("/retention", { body: { retention_days } })),
    onSuccess: (answer) => client.setQueryData(retentionQuery.queryKey, answer),
  });
}

export const aboutQuery = queryOptions({
  queryKey: ["about"],
  queryFn: ({ signal }) => data(http.GET("/about", { signal })),
});

export type Licence = { name: string; version: string; licence: string };

/** The packages that these pages are built of; written by the build. */
export const licencesQuery = queryOptions({
  queryKey: ["licences"],
  queryFn: async ({ signal }): Promise<Licence[]> => {
    const answer = await fetch("/licences.json", { signal });
    return answer.ok ? ((await answer.json()) as Licence[]) : [];
  },
  staleTime: Number.POSITIVE_INFINITY,
});
