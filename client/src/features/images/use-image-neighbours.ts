// The newer and older picture beside one: from the gallery's list while it reaches, else from the server.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { imageNeighbourQuery } from "@/api/images";
import { keys } from "@/api/keys";
import { itemsOf, type Pages } from "@/api/pages";
import type { Image } from "@/api/wire";
import { type ImagesSearch, imageFilterOf } from "./search";

const PRELOADED = 2;

type Beside = {
  newer: string | undefined;
  older: string | undefined;
  /** Pictures that are likely to be wanted next. */
  nearby: string[];
};

export function useImageNeighbours(image: Image | undefined, search: ImagesSearch, timeZone: string): Beside {
  const client = useQueryClient();
  const { camera, day } = search;
  const filter = useMemo(() => imageFilterOf({ camera, day }), [camera, day]);
  // Read anew at each picture: the list may have grown since.
  const inList = useMemo(() => {
    const list = itemsOf(client.getQueryData<Pages<Image>>(keys.imageList(filter)));
    const index = list.findIndex((item) => item.id === image?.id);
    if (index === -1) return undefined;
    const nearby = list.slice(Math.max(0, index - PRELOADED), index + PRELOADED + 1);
    return {
      newer: list[index - 1]?.id,
      older: list[index + 1]?.id,
      nearby: nearby.map((item) => item.id).filter((id) => id !== image?.id),
    };
  }, [client, filter, image?.id]);
  const newer = useQuery(imageNeighbourQuery(inList?.newer ? undefined : image, "newer", filter, timeZone))
    .data?.id;
  const older = useQuery(imageNeighbourQuery(inList?.older ? undefined : image, "older", filter, timeZone))
    .data?.id;
  const beyond = [newer, older].filter((id): id is string => id !== undefined);
  return {
    newer: inList?.newer ?? newer,
    older: inList?.older ?? older,
    nearby: inList?.nearby ?? beyond,
  };
}
