// Deleting pictures with a way back: they leave the gallery at once, and a message offers to bring them back.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { deleteImages, undoDeletion } from "@/api/deletions";
import { applyToGallery, galleryKeys } from "@/api/gallery";
import { tellImageChange } from "@/api/image-changes";
import { imagesTexts } from "@/lib/texts/images";
import { toast } from "@/lib/toasts";

export function useDeleteImages(): (ids: readonly string[]) => Promise<boolean> {
  const client = useQueryClient();
  return useCallback(
    async (ids) => {
      const undo = async (id: string) => {
        try {
          await undoDeletion(id);
          await Promise.all(
            [galleryKeys.days, galleryKeys.buckets].map((queryKey) => client.invalidateQueries({ queryKey })),
          );
          tellImageChange({ action: "restored" });
          toast(imagesTexts.undone);
        } catch (error) {
          toast(wordsOf(error, imagesTexts.undoFailed), "bad");
        }
      };
      try {
        const deletion = await deleteImages(ids);
        for (const imageId of deletion.image_ids) applyToGallery(client, { action: "deleted", imageId });
        toast(imagesTexts.deleted(deletion.image_ids.length, deletion.kept_starred), "info", {
          label: imagesTexts.undo,
          run: () => void undo(deletion.id),
        });
        return true;
      } catch (error) {
        toast(wordsOf(error, imagesTexts.deleteFailed), "bad");
        return false;
      }
    },
    [client],
  );
}

/** What went wrong in the server's words, or in ours. */
export function wordsOf(error: unknown, otherwise: string): string {
  return error instanceof Error ? error.message : otherwise;
}
