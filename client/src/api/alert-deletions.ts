// Deleting events with their pictures, and taking that back within the hour that the server gives.
import type { QueryClient } from "@tanstack/react-query";
import { forgetAlert } from "./apply-changes";
import { data, http } from "./client";
import { undoDeletion } from "./deletions";
import { keys } from "./keys";

/** The server's largest deletion. */
const AT_ONCE = 500;

export type Deleted = { batches: string[]; count: number; keptStarred: number };

/** What is starred stays, and is counted. Throws `ProblemError` when nothing could be deleted. */
export async function deleteAlerts(client: QueryClient, ids: readonly string[]): Promise<Deleted> {
  const deleted: Deleted = { batches: [], count: 0, keptStarred: 0 };
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const body = { alert_ids: ids.slice(start, start + AT_ONCE), image_ids: [] };
    const done = await data(http.POST("/deletions", { body }));
    deleted.batches.push(done.id);
    deleted.count += done.alert_ids.length;
    deleted.keptStarred += done.kept_starred;
    for (const id of done.alert_ids) forgetAlert(client, id);
  }
  return deleted;
}

export async function undoDeletedAlerts(client: QueryClient, { batches }: Deleted): Promise<void> {
  for (const id of batches) await undoDeletion(id);
  await client.invalidateQueries({ queryKey: keys.alertLists });
}
