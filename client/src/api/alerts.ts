// Alerts (on the screen: events): lists by filter, one alert, and what a person may change on it.
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
import { type AlertFilter, keys } from "./keys";
import { findNewer, findOlder, type ListSpan } from "./neighbours";
import { orKeep } from "./or-keep";
import { findItem, keepChanges, type Pages, replaceItem } from "./pages";
import type { Alert, Page } from "./wire";

const PAGE_SIZE = 48;

/** The query parameters of a filter; a day is the site's day. */
export function alertParameters(filter: AlertFilter, timeZone: string) {
  const { from, to } = filter.day ? dayRange(filter.day, timeZone) : { from: undefined, to: undefined };
  const until = [filter.before, to].filter((instant) => instant !== undefined).sort()[0];
  return {
    ...(filter.camera ? { camera_id: [filter.camera] } : {}),
    ...(filter.type ? { type: [filter.type] } : {}),
    ...(filter.reviewed === undefined ? {} : { reviewed: filter.reviewed }),
    ...(filter.starred === undefined ? {} : { starred: filter.starred }),
    ...(from ? { from } : {}),
    ...(until ? { to: until } : {}),
  };
}

export const alertsQuery = (filter: AlertFilter, timeZone: string) =>
  infiniteQueryOptions({
    queryKey: keys.alertList(filter),
    queryFn: ({ pageParam, signal }): Promise<Page<Alert>> => {
      const query = { ...alertParameters(filter, timeZone), limit: PAGE_SIZE, cursor: pageParam };
      return data(http.GET("/alerts", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: keepChanges,
  });

/** One alert; shown at once from any list that already has it. */
export const alertQuery = (id: string, client: QueryClient) =>
  queryOptions({
    queryKey: keys.alert(id),
    queryFn: ({ signal }): Promise<Alert> =>
      data(http.GET("/alerts/{alert_id}", { params: { path: { alert_id: id } }, signal })),
    initialData: () => cachedAlert(client, id),
    staleTime: Number.POSITIVE_INFINITY,
  });

function cachedAlert(client: QueryClient, id: string): Alert | undefined {
  for (const [, pages] of client.getQueriesData<Pages<Alert>>({ queryKey: keys.alertLists })) {
    const found = findItem(pages, id);
    if (found) return found;
  }
  return undefined;
}

/** Changes an alert wherever it is kept: in its lists, in place, and on its own. */
export function patchAlertEverywhere(client: QueryClient, id: string, change: (alert: Alert) => Alert): void {
  client.setQueriesData<Pages<Alert>>({ queryKey: keys.alertLists }, (pages) =>
    pages ? replaceItem(pages, id, change) : pages,
  );
  client.setQueryData<Alert>(keys.alert(id), (alert) => (alert ? change(alert) : alert));
}

/** What a person may say of an alert; `reviewed` is their own, the rest is everybody's. */
export type AlertMark = { id: string } & Partial<
  Pick<Alert, "reviewed" | "starred" | "verdict" | "tags" | "note">
>;

/** The alert as it is now; undefined when the mark waits on this device for the server. */
export const markAlert = ({ id, ...body }: AlertMark): Promise<Alert | undefined> =>
  orKeep(data(http.PATCH("/alerts/{alert_id}", { params: { path: { alert_id: id } }, body })), {
    kind: "alert",
    id,
    body,
  });

/** Marks at once on the screen, then on the server; takes it back when the server refuses. */
export function useMarkAlert(onFailure: (error: unknown) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: markAlert,
    onMutate: ({ id, ...marks }) => {
      const before = cachedAlert(client, id) ?? client.getQueryData<Alert>(keys.alert(id));
      patchAlertEverywhere(client, id, (alert) => ({ ...alert, ...marks }));
      return before;
    },
    onError: (error, { id, ...marks }, before) => {
      if (before) {
        const names = Object.keys(marks) as (keyof typeof marks)[];
        const old = Object.fromEntries(names.map((name) => [name, before[name]]));
        patchAlertEverywhere(client, id, (alert) => ({ ...alert, ...old }));
      }
      onFailure(error);
    },
  });
}

/** The alerts before and after one, under the filter of the list it was opened from. */
export const alertNeighbourQuery = (
  of: Alert | undefined,
  side: "newer" | "older",
  filter: AlertFilter,
  timeZone: string,
) => {
  const list: ListSpan<Alert> = (span) =>
    data(http.GET("/alerts", { params: { query: { ...alertParameters(filter, timeZone), ...span } } }));
  return queryOptions({
    queryKey: keys.neighbour("alert", of?.id ?? "", side, filter),
    queryFn: of
      ? () => (side === "older" ? findOlder(of, list) : findNewer(of, list, Date.now()))
      : skipToken,
    staleTime: 10_000,
  });
};
