// Deleting by hand, and taking it back.
import { data, http } from "./client";

export type Deletion = { id: string; image_ids: string[]; alert_ids: string[]; kept_starred: number };

export const deleteImages = (imageIds: readonly string[]): Promise<Deletion> =>
  data(http.POST("/deletions", { body: { image_ids: [...imageIds], alert_ids: [] } }));

export const undoDeletion = (id: string): Promise<Deletion> =>
  data(http.DELETE("/deletions/{deletion_id}", { params: { path: { deletion_id: id } } }));
