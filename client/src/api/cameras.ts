// Cameras: the whole list (a site has a handful). Names for other pages come from here too.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { camerasTexts } from "@/lib/texts/cameras";
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

/** Whose the server's own alerts are (its disk): the contract's id for it, which no list of cameras shows. */
const SERVER_ID = "00000000-0000-7000-8000-000000000001";

/** Finds a camera's name; an unknown camera keeps a short, stable name made of its id. */
export function useCameraNames(): (id: string) => string {
  const { data: cameras } = useQuery(camerasQuery);
  return useMemo(() => {
    const names = new Map(cameras?.map((camera) => [camera.id, camera.name]));
    names.set(SERVER_ID, camerasTexts.server);
    return (id) => names.get(id) ?? id.slice(-6);
  }, [cameras]);
}
