// Cameras: the whole list (a site has a handful). Names for other pages come from here too.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { data, http } from "./client";
import { keys } from "./keys";
import type { Camera } from "./wire";

/** Changes come by WebSocket; the slow poll is for "last seen", which the server does not push on every heartbeat. */
const REFRESH_MS = 60_000;

export const camerasQuery = queryOptions({
  queryKey: keys.cameras,
  queryFn: async ({ signal }): Promise<Camera[]> => {
    const { items } = await data(http.GET("/cameras", { signal }));
    return items as Camera[];
  },
  refetchInterval: REFRESH_MS,
  staleTime: REFRESH_MS,
});

/** Finds a camera's name; an unknown camera keeps a short, stable name made of its id. */
export function useCameraNames(): (id: string) => string {
  const { data: cameras } = useQuery(camerasQuery);
  return useMemo(() => {
    const names = new Map(cameras?.map((camera) => [camera.id, camera.name]));
    return (id) => names.get(id) ?? id.slice(-6);
  }, [cameras]);
}
