// Images: the pictures of one alert, one image, stars, and the addresses of the bytes. The gallery's lists: `gallery.ts`.
import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { data, http } from "./client";
import { tellImageChange } from "./image-changes";
import { keys } from "./keys";
import { orKeep } from "./or-keep";
import { findItem, keepChanges, type Pages, replaceItem } from "./pages";
import type { Image, Page } from "./wire";

/** The server's largest page: an event's whole filmstrip in one call, but for the very longest. */
const FILMSTRIP_SIZE = 500;
const AT_ONCE = 4;

export const fileUrl = (id: string) => `/images/${id}/file`;
export const thumbnailUrl = (id: string) => `/images/${id}/thumbnail`;

export const imagesOfAlertQuery = (alertId: string) =>
  infiniteQueryOptions({
    queryKey: keys.imagesOfAlert(alertId),
    queryFn: ({ pageParam, signal }): Promise<Page<Image>> => {
      const query = { alert_id: alertId, limit: FILMSTRIP_SIZE, cursor: pageParam };
      return data(http.GET("/images", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: keepChanges,
  });

/** One image; shown at once from any list that already has it. */
export const imageQuery = (id: string, client: QueryClient) =>
  queryOptions({
    queryKey: keys.image(id),
    queryFn: async ({ signal }): Promise<Image> => {
      // The same address answers with the picture itself where that is preferred.
      const headers = { Accept: "application/json" };
      const params = { path: { image_id: id } };
      return (await data(http.GET("/images/{image_id}", { params, headers, signal }))) as Image;
    },
    initialData: () => cachedImage(client, id),
    staleTime: Number.POSITIVE_INFINITY,
  });

function cachedImage(client: QueryClient, id: string): Image | undefined {
  for (const [, pages] of client.getQueriesData<Pages<Image>>({ queryKey: ["images"] })) {
    if (pages === undefined || !("pages" in pages)) continue;
    const found = findItem(pages, id);
    if (found) return found;
  }
  return undefined;
}

/** Changes an image wherever it is kept. */
export function patchImageEverywhere(client: QueryClient, id: string, change: (image: Image) => Image): void {
  client.setQueriesData<Pages<Image>>({ queryKey: ["images", "of-alert"] }, (pages) =>
    pages ? replaceItem(pages, id, change) : pages,
  );
  client.setQueryData<Image>(keys.image(id), (image) => (image ? change(image) : image));
}

export function useStarImage(onFailure: (error: unknown) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, starred }: { id: string; starred: boolean }) =>
      orKeep(
        data(http.PATCH("/images/{image_id}", { params: { path: { image_id: id } }, body: { starred } })),
        {
          kind: "image",
          id,
          body: { starred },
        },
      ),
    onMutate: ({ id, starred }) => patchImageEverywhere(client, id, (image) => ({ ...image, starred })),
    onSuccess: (image) => image && tellImageChange({ action: "updated", image }),
    onError: (error, { id, starred }) => {
      patchImageEverywhere(client, id, (image) => ({ ...image, starred: !starred }));
      onFailure(error);
    },
  });
}

/** Stars many, a few at a time. Raises the first failure, when the others are done. */
export function useStarImages() {
  const client = useQueryClient();
  return async (ids: readonly string[], starred: boolean): Promise<void> => {
    const waiting = [...ids];
    const failures: unknown[] = [];
    const work = async () => {
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        try {
          const params = { path: { image_id: id } };
          const image = await data(http.PATCH("/images/{image_id}", { params, body: { starred } }));
          tellImageChange({ action: "updated", image });
          patchImageEverywhere(client, id, () => image);
        } catch (error) {
          failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (failures.length > 0) throw failures[0];
  };
}
