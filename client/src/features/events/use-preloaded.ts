// What is looked at next is there before it is asked for: two pictures to each side, and the events beside this one.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { alertQuery } from "@/api/alerts";
import { fileUrl, imagesOfAlertQuery } from "@/api/images";
import type { Image } from "@/api/wire";

const PICTURES = 2;

function preload(id: string): void {
  const picture = document.createElement("img");
  picture.src = fileUrl(id);
}

/** The pictures around the one that is shown; the nearest first. */
export function usePreloaded(images: readonly Image[], index: number): void {
  const around = [];
  for (let away = 1; away <= PICTURES; away += 1)
    around.push(images[index + away]?.id, images[index - away]?.id);
  const wanted = around.filter((id) => id !== undefined).join(" ");
  useEffect(() => {
    for (const id of wanted.split(" ").filter(Boolean)) preload(id);
  }, [wanted]);
}

/** The events beside this one: what they are, their list of pictures, and the picture that they open with. */
export function usePreloadedEvents(...ids: readonly (string | undefined)[]): void {
  const client = useQueryClient();
  const wanted = ids.filter((id) => id !== undefined).join(" ");
  useEffect(() => {
    for (const id of wanted.split(" ").filter(Boolean)) {
      void client.prefetchInfiniteQuery(imagesOfAlertQuery(id));
      void client.fetchQuery(alertQuery(id, client)).then(
        ({ key_image_id: key }) => {
          if (key) preload(key);
        },
        () => {
          // It is asked for again when it is opened.
        },
      );
    }
  }, [client, wanted]);
}
