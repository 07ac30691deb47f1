// How the viewer asks the server: live updates keep answers fresh, so nothing is asked twice; failures that are nobody's
// fault are tried again, for as long as a page shows them.
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { isUnauthenticated, isUnreachable, ProblemError } from "@/api/problem";
import { forgetSession } from "@/api/session";

const KEEP_MS = 30 * 60_000;
const RETRY_SHOWN_ERROR_MS = 5000;

export function createQueryClient(onSignedOut: () => void): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (!isUnauthenticated(error) || query.queryKey[0] === keys.session[0]) return;
        forgetSession(client);
        onSignedOut();
      },
    }),
    defaultOptions: {
      queries: {
        // A camera's server often stands in a network without the internet: the browser's "offline" says nothing here.
        networkMode: "always",
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        gcTime: KEEP_MS,
        retry: (count, error) => count < 2 && isPassing(error),
        retryDelay: (count) => 400 * 2 ** count,
        refetchInterval: ({ state }) => (isPassing(state.error) ? RETRY_SHOWN_ERROR_MS : false),
      },
      mutations: { networkMode: "always" },
    },
  });
  return client;
}

function isPassing(error: unknown): boolean {
  return isUnreachable(error) || (error instanceof ProblemError && error.status >= 500);
}
