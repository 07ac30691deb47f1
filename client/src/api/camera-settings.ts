// A camera's settings as people want them, what has become of them, their history, and how the camera was.
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { data, http } from "./client";
import { keys } from "./keys";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type CameraSettings = Schemas["CameraSettings"];
export type CameraSettingsView = Schemas["CameraSettingsView"];
export type SettingsVersion = Schemas["SettingsVersion"];
export type HealthSample = Schemas["HealthSample"];
export type ArmedWindow = Schemas["ArmedWindow"];
/** Points in fractions of the picture, from its upper left corner. */
export type Point = [number, number];
export type Area = Point[];

const ON_ITS_WAY_MS = 1500;
const keyOf = (cameraId: string) => ["camera-settings", cameraId] as const;

export const cameraSettingsQuery = (cameraId: string) =>
  queryOptions({
    queryKey: keyOf(cameraId),
    queryFn: async ({ signal }): Promise<CameraSettingsView> => {
      const params = { path: { camera_id: cameraId } };
      return (await data(
        http.GET("/cameras/{camera_id}/settings", { params, signal }),
      )) as CameraSettingsView;
    },
    // Until the camera has said what it makes of them.
    refetchInterval: ({ state: { data: view } }) =>
      view?.state === "waiting" || view?.state === "applying" ? ON_ITS_WAY_MS : false,
  });

export const settingsVersionsQuery = (cameraId: string) =>
  queryOptions({
    queryKey: [...keyOf(cameraId), "versions"],
    queryFn: async ({ signal }): Promise<SettingsVersion[]> => {
      const params = { path: { camera_id: cameraId } };
      const list = await data(http.GET("/cameras/{camera_id}/settings/versions", { params, signal }));
      return list.items as SettingsVersion[];
    },
  });

export const healthQuery = (cameraId: string) =>
  queryOptions({
    queryKey: ["camera-health", cameraId],
    queryFn: async ({ signal }): Promise<HealthSample[]> =>
      (
        await data(
          http.GET("/cameras/{camera_id}/health", { params: { path: { camera_id: cameraId } }, signal }),
        )
      ).items,
    staleTime: 60_000,
  });

export const retentionPreviewQuery = (cameraId: string, days: number | null) =>
  queryOptions({
    queryKey: ["retention-preview", cameraId, days],
    queryFn: ({ signal }) => {
      const query = { retention_days: days ?? 1, camera_id: cameraId };
      return data(http.GET("/retention/preview", { params: { query }, signal }));
    },
    enabled: days !== null,
    staleTime: 30_000,
  });

/** Sends changes as a new version; of the version that they were made on, so that nobody's are overwritten unseen. */
export function useChangeSettings(cameraId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ base, changes }: { base: number; changes: Partial<CameraSettings> }) => {
      const params = { path: { camera_id: cameraId } };
      const body = { ...changes, base_version: base } as Schemas["SettingsPatch"];
      return data(http.PATCH("/cameras/{camera_id}/settings", { params, body }));
    },
    onSuccess: (view) => keep(client, view as CameraSettingsView),
  });
}

/** Brings a version back, as a new one. */
export function useRestoreSettings(cameraId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (version: number) => {
      const params = { path: { camera_id: cameraId, version } };
      return data(http.POST("/cameras/{camera_id}/settings/versions/{version}/restore", { params }));
    },
    onSuccess: (view) => keep(client, view as CameraSettingsView),
  });
}

function keep(client: ReturnType<typeof useQueryClient>, view: CameraSettingsView): void {
  client.setQueryData(keyOf(view.camera_id), view);
  void client.invalidateQueries({ queryKey: [...keyOf(view.camera_id), "versions"] });
  void client.invalidateQueries({ queryKey: keys.cameras });
}

/** Name and how long its pictures are kept: the server's own, not sent to the camera. */
export function useChangeCamera(cameraId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["CameraPatch"]) =>
      data(http.PATCH("/cameras/{camera_id}", { params: { path: { camera_id: cameraId } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.cameras }),
  });
}

export function useArmAll() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (armed: boolean) => data(armed ? http.POST("/cameras/arm") : http.POST("/cameras/disarm")),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.cameras });
      void client.invalidateQueries({ queryKey: ["camera-settings"] });
    },
  });
}

export function useCommand(cameraId: string) {
  return useMutation({
    mutationFn: (command: Schemas["CommandName"]) =>
      data(
        http.POST("/cameras/{camera_id}/commands", {
          params: { path: { camera_id: cameraId } },
          body: { command },
        }),
      ),
  });
}
