// Names of everything kept in the query cache. Filters are part of the name, so each filtered list is a list of its own.
import type { AlertType } from "./wire";

/** `before` is an instant: only what began earlier. */
export type AlertFilter = {
  camera?: string;
  type?: AlertType;
  day?: string;
  before?: string;
  reviewed?: boolean;
  starred?: boolean;
};
export type ImageFilter = { camera?: string; day?: string; label?: string; starred?: boolean };

export const keys = {
  session: ["session"] as const,
  setup: ["setup"] as const,
  cameras: ["cameras"] as const,
  alertLists: ["alerts", "list"] as const,
  alertList: (filter: AlertFilter) => ["alerts", "list", filter] as const,
  alert: (id: string) => ["alerts", "one", id] as const,
  imagesOfAlert: (alertId: string) => ["images", "of-alert", alertId] as const,
  image: (id: string) => ["images", "one", id] as const,
  neighbour: (kind: "alert" | "image", id: string, side: "newer" | "older", scope: unknown) =>
    ["neighbour", kind, id, side, scope] as const,
};
