// The credential of the device behind a camera.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { data, http } from "./client";
import { keys } from "./keys";
import type { components } from "./schema";

const of = (camera_id: string) => ({ params: { path: { camera_id } } });

/** The token is shown once and kept nowhere: it goes with the page. */
export function useNewToken(cameraId: string) {
  return useMutation({
    mutationFn: (): Promise<components["schemas"]["CameraToken"]> =>
      data(http.POST("/cameras/{camera_id}/token", of(cameraId))),
    gcTime: 0,
  });
}

export function useLockOut(cameraId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => data(http.DELETE("/cameras/{camera_id}/token", of(cameraId))),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.cameras }),
  });
}
