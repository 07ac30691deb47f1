// Sends a mark, or keeps it for later where the server is away: to the person it is made either way.
import type { Mark } from "./outbox";
import { isUnreachable } from "./problem";

/** The server's answer; undefined when the mark waits on this device. */
export async function orKeep<T>(call: Promise<T>, mark: Mark): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    const kept = await import("./outbox").then(
      async ({ keepMark, sendSoon }) => {
        const done = await keepMark(mark);
        if (done) sendSoon();
        return done;
      },
      () => false,
    );
    if (!kept) throw error;
    return undefined;
  }
}
