// A link to one event for somebody without an account; whoever has it sees this event, and nothing else, until it expires.
import { data, http } from "./client";

const FOR_HOURS = 24;

/** The whole address. The token stands in it once, now: the server keeps only its hash. Throws `ProblemError`. */
export async function createShareLink(alertId: string): Promise<string> {
  const body = { alert_id: alertId, expires_in_hours: FOR_HOURS };
  const { token } = await data(http.POST("/shares", { body }));
  return new URL(`/share/${token}`, window.location.origin).href;
}
