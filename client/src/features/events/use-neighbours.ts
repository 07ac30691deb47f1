// The next newer and next older event. From the list the person came from when it is at hand, else from the server.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { alertNeighbourQuery } from "@/api/alerts";
import { type AlertFilter, keys } from "@/api/keys";
import { itemsOf, type Pages } from "@/api/pages";
import type { Alert } from "@/api/wire";
import { type EventsSearch, filterOf } from "./search";

type Neighbours = { newer: string | undefined; older: string | undefined };

export function useNeighbours(alert: Alert | undefined, search: EventsSearch, timeZone: string): Neighbours {
  const client = useQueryClient();
  const name = JSON.stringify(filterOf(search));
  const filter = useMemo<AlertFilter>(() => JSON.parse(name), [name]);
  const inList = useMemo(() => {
    const list = itemsOf(client.getQueryData<Pages<Alert>>(keys.alertList(filter)));
    const index = list.findIndex((item) => item.id === alert?.id);
    return index === -1 ? undefined : { newer: list[index - 1]?.id, older: list[index + 1]?.id };
  }, [client, filter, alert?.id]);
  // At either end of what the list holds, only the server knows whether it goes on.
  const newer = useQuery(alertNeighbourQuery(inList?.newer ? undefined : alert, "newer", filter, timeZone));
  const older = useQuery(alertNeighbourQuery(inList?.older ? undefined : alert, "older", filter, timeZone));
  return {
    newer: inList?.newer ?? newer.data?.id,
    older: inList?.older ?? older.data?.id,
  };
}
