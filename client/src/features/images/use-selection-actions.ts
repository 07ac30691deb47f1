// What can be done with the chosen pictures: star, download as a zip, delete with a way back.
import { useEffect, useRef, useState } from "react";
import { downloadZip, type Progress, saveFile } from "@/api/exports";
import { useStarImages } from "@/api/images";
import { imagesTexts } from "@/lib/texts/images";
import { toast } from "@/lib/toasts";
import type { Selection } from "./selection";
import { useDeleteImages, wordsOf } from "./use-delete-images";

export function useSelectionActions(selection: Selection) {
  const deleteImages = useDeleteImages();
  const [busy, setBusy] = useState(false);
  const [progress, setProgress] = useState<Progress | null>(null);
  const download = useRef<AbortController | null>(null);
  const starImages = useStarImages();
  useEffect(() => () => download.current?.abort(), []);
  const ids = [...selection.tiles.keys()];
  const allStarred = ids.length > 0 && [...selection.tiles.values()].every(({ starred }) => starred);

  const star = async () => {
    setBusy(true);
    try {
      await starImages(ids, !allStarred);
      toast(allStarred ? imagesTexts.unstarDone(ids.length) : imagesTexts.starDone(ids.length));
      selection.clear();
    } catch (error) {
      toast(wordsOf(error, imagesTexts.starFailed), "bad");
    } finally {
      setBusy(false);
    }
  };

  const remove = async () => {
    setBusy(true);
    if (await deleteImages(ids)) selection.clear();
    setBusy(false);
  };

  const save = async () => {
    const stop = new AbortController();
    download.current = stop;
    setProgress({ received: 0, total: 0 });
    try {
      const { blob, filename, count } = await downloadZip(ids, setProgress, stop.signal);
      saveFile(blob, filename);
      toast(imagesTexts.downloaded(count));
      selection.clear();
    } catch (error) {
      if (!stop.signal.aborted) toast(wordsOf(error, imagesTexts.downloadFailed), "bad");
    } finally {
      setProgress(null);
    }
  };
  return { busy, progress, allStarred, star, remove, save, cancel: () => download.current?.abort() };
}
