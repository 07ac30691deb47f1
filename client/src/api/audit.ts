// The log of who did what, a page at a time. Loaded with the settings.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { data, http } from "./client";
import type { components } from "./schema";

export type AuditEntry = components["schemas"]["AuditEntry"];

export const auditQuery = infiniteQueryOptions({
  queryKey: ["audit"] as const,
  queryFn: ({ pageParam, signal }) =>
    data(http.GET("/audit", { params: { query: pageParam === null ? {} : { cursor: pageParam } }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
});
