// The current time, renewed while a component shows something that depends on it.
import { useEffect, useState } from "react";

/** Milliseconds since 1970, renewed each `everyMs`; pass null to stand still. */
export function useNow(everyMs: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (everyMs === null) return;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
