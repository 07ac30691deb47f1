// An error stays on the screen until there is something better to show: while it is tried again in the background,
// the query itself forgets it, and the page would flicker between "failed" and "loading".
import { useState } from "react";

type Asked = { data: unknown; error: Error | null };

/** The last error of a query that has no data yet, also during its next attempt. */
export function useStandingError({ data, error }: Asked): Error | null {
  const [last, setLast] = useState<Error | null>(null);
  if (data !== undefined) {
    if (last !== null) setLast(null);
    return null;
  }
  if (error !== null && error !== last) setLast(error);
  return error ?? last;
}
