// Who is signed in, the first start, and the site whose time zone every page uses.
import { type QueryClient, queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { data, http } from "./client";
import { keys } from "./keys";
import { isUnauthenticated } from "./problem";
import type { Session } from "./wire";

/** The session, or null for nobody; throws only when the server cannot be reached or fails. */
export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await data(http.GET("/session", { signal }));
    } catch (error) {
      if (isUnauthenticated(error)) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export const setupQuery = queryOptions({
  queryKey: keys.setup,
  queryFn: ({ signal }) => data(http.GET("/setup", { signal })),
  staleTime: 0,
});

/** The signed-in person's session; only for pages behind the sign-in. */
export function useSession(): Session {
  const { data: session } = useSuspenseQuery(sessionQuery);
  // When the session ends, the page stands for the moment until the sign-in page takes its place.
  const [opened] = useState(session);
  const known = session ?? opened;
  if (known === null) throw new Error("This page needs a signed-in person.");
  return known;
}

/** Whether this person may star, tag, delete and share, rather than only look and review. */
export function useMayChange(): boolean {
  return useSession().user.role !== "viewer";
}

export function useTimeZone(): string {
  return useSession().site.time_zone;
}

/** Forgets everything this person saw. */
export function forgetSession(client: QueryClient): void {
  client.clear();
  client.setQueryData(keys.session, null);
  void import("./offline").then(({ forgetOffline }) => forgetOffline());
}

export async function signOut(client: QueryClient): Promise<void> {
  await data(http.DELETE("/session"));
  forgetSession(client);
}
