// Pairing: a code for a new camera, and whether it was used.
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { data, http } from "./client";
import { keys } from "./keys";
import type { components } from "./schema";
import type { Camera } from "./wire";

export type PairingOffer = components["schemas"]["PairingOffer"];
export type NewPairing = components["schemas"]["NewPairing"];

/** Only for the moment in which the live connection is away: it tells of a new camera at once. */
const LOOK_EVERY_MS = 5_000;
/** A code of its own for each visit of the page: it is shown once and never kept. */
export const offerQuery = (visit: string, body: Partial<NewPairing>) =>
  queryOptions({
    queryKey: ["pairings", "offer", visit, body] as const,
    queryFn: ({ signal }): Promise<PairingOffer> =>
      data(http.POST("/pairings", { body: { kind: "typed", ...body }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });

/** The camera that has used the code; `known` is how many cameras there are, so that a new one asks again at once. */
export const claimedByQuery = (pairingId: string | undefined, known: string) =>
  queryOptions({
    queryKey: ["pairings", "claimed", pairingId, known] as const,
    queryFn: async ({ signal }): Promise<string | null> => {
      const params = { path: { pairing_id: pairingId ?? "" } };
      return (await data(http.GET("/pairings/{pairing_id}", { params, signal }))).camera_id;
    },
    enabled: pairingId !== undefined,
    refetchInterval: ({ state }) => (state.data ? false : LOOK_EVERY_MS),
    placeholderData: (before) => before,
  });

export function useRename(cameraId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      data(http.PATCH("/cameras/{camera_id}", { params: { path: { camera_id: cameraId } }, body: { name } })),
    onSuccess: (changed) =>
      client.setQueryData<Camera[]>(keys.cameras, (cameras) =>
        cameras?.map((camera) => (camera.id === cameraId ? (changed as Camera) : camera)),
      ),
  });
}
