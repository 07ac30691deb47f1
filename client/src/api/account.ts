// One's own account: password and the browsers that are signed in. Loaded with the settings.
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { data, http } from "./client";
import type { components } from "./schema";

export type OwnSession = components["schemas"]["SessionView"];

const SESSIONS = ["account", "sessions"] as const;

export const ownSessionsQuery = queryOptions({
  queryKey: SESSIONS,
  queryFn: async ({ signal }): Promise<OwnSession[]> => (await data(http.GET("/sessions", { signal }))).items,
});

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { current: string; new: string }) => data(http.POST("/session/password", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: SESSIONS }),
  });
}

/** Ends one session, or with null all others. */
export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (session_id: string | null): Promise<unknown> =>
      session_id === null
        ? data(http.DELETE("/sessions"))
        : data(http.DELETE("/sessions/{session_id}", { params: { path: { session_id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: SESSIONS }),
  });
}
