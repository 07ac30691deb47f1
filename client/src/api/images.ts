// Images: the gallery's lists, the pictures of one alert, one image, and the addresses of their bytes.
import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  skipToken,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { dayRange } from "@/lib/site-time";
import { data, http } from "./client";
import { type ImageFilter, keys } from "./keys";
import { findNewer, findOlder, type ListSpan } from "./neighbours";
import { findItem, type Pages, replaceItem } from "./pages";
import type { Image, Page } from "./wire";

const PAGE_SIZE = 120;
/** The server's largest page: an event's whole filmstrip in one call, but for the very longest. */
const FILMSTRIP_SIZE = 500;

export const fileUrl = (id: string) => `/images/${id}/file`;
export const thumbnailUrl = (id: string) => `/images/${id}/thumbnail`;

function imageParameters(filter: ImageFilter, timeZone: string) {
  return {
    ...(filter.camera ? { camera_id: [filter.camera] } : {}),
    ...(filter.day ? dayRange(filter.day, timeZone) : {}),
  };
}

export const imagesQuery = (filter: ImageFilter, timeZone: string) =>
  infiniteQueryOptions({
    queryKey: keys.imageList(filter),
    queryFn: ({ pageParam, signal }): Promise<Page<Image>> => {
      const query = { ...imageParameters(filter, timeZone), limit: PAGE_SIZE, cursor: pageParam };
      return data(http.GET("/images", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });

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
  for (const queryKey of [keys.imageLists, ["images", "of-alert"]]) {
    client.setQueriesData<Pages<Image>>({ queryKey }, (pages) =>
      pages ? replaceItem(pages, id, change) : pages,
    );
  }
  client.setQueryData<Image>(keys.image(id), (image) => (image ? change(image) : image));
}

export function useStarImage(onFailure: (error: unknown) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, starred }: { id: string; starred: boolean }) =>
      data(http.PATCH("/images/{image_id}", { params: { path: { image_id: id } }, body: { starred } })),
    onMutate: ({ id, starred }) => patchImageEverywhere(client, id, (image) => ({ ...image, starred })),
    onError: (error, { id, starred }) => {
      patchImageEverywhere(client, id, (image) => ({ ...image, starred: !starred }));
      onFailure(error);
    },
  });
}

/** The images before and after one, under the gallery's filter. */
export const imageNeighbourQuery = (
  of: Image | undefined,
  side: "newer" | "older",
  filter: ImageFilter,
  timeZone: string,
) => {
  const list: ListSpan<Image> = (span) =>
    data(http.GET("/images", { params: { query: { ...imageParameters(filter, timeZone), ...span } } }));
  return queryOptions({
    queryKey: keys.neighbour("image", of?.id ?? "", side, filter),
    queryFn: of
      ? () => (side === "older" ? findOlder(of, list) : findNewer(of, list, Date.now()))
      : skipToken,
    staleTime: 10_000,
  });
};
