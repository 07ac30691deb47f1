// Writes live changes into the query cache, so that every page that shows them redraws without a request.
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { dayOf } from "@/lib/site-time";
import { patchAlertEverywhere } from "./alerts";
import { tellImageChange } from "./image-changes";
import { type AlertFilter, keys } from "./keys";
import type { Change } from "./live-messages";
import { covers, findItem, insertItem, type Pages, removeItem, replaceItem } from "./pages";
import { rememberShown } from "./shown-at";
import type { Alert, AlertCore, Camera, Image } from "./wire";

const DELETED_KEPT = 10_000;
const deleted = new Set<string>();

/** Whether this id was deleted while the page was open: a list that is held still must let it go all the same. */
export function wasDeleted(id: string): boolean {
  return deleted.has(id);
}

function rememberDeleted(id: string): void {
  if (deleted.size >= DELETED_KEPT) deleted.clear();
  deleted.add(id);
}

/** Applies one message's changes in their order. */
export function applyChanges(client: QueryClient, changes: readonly Change[], timeZone: string): void {
  for (const change of changes) {
    if (change.kind === "alert") {
      if (change.alert) applyAlert(client, change.alert, change.action === "created", timeZone);
      else forgetAlert(client, change.alert_id);
    } else if (change.kind === "image") {
      if (change.image) applyImage(client, change.image, change.action === "created");
      else {
        forget(client, change.image_id, [["images", "of-alert"]], keys.image(change.image_id));
        tellImageChange({ action: "deleted", imageId: change.image_id });
      }
    } else if (change.kind === "camera") {
      applyCamera(client, change.camera_id, change.camera);
    } else {
      patchAlertEverywhere(client, change.alert_id, (alert) => ({ ...alert, reviewed: change.reviewed }));
    }
  }
}

/** Lets an alert go from everywhere, as if the server had told that it is deleted. */
export function forgetAlert(client: QueryClient, id: string): void {
  forget(client, id, [keys.alertLists], keys.alert(id));
}

function applyAlert(client: QueryClient, alert: AlertCore, created: boolean, timeZone: string): void {
  if (created) {
    // A deletion that is undone brings it back.
    deleted.delete(alert.id);
    rememberShown(alert.id);
  }
  for (const [key, pages] of lists<Alert>(client, keys.alertLists)) {
    const filter = key[2] as AlertFilter;
    if (findItem(pages, alert.id)) {
      client.setQueryData(
        key,
        replaceItem(pages, alert.id, (known) => ({ ...known, ...alert })),
      );
    } else if (matches(filter, alert, timeZone) && covers(pages, alert)) {
      if (created && filter.reviewed !== true)
        client.setQueryData(key, insertItem(pages, { ...alert, reviewed: false }));
      // Its beginning was missed, or it was reviewed and filtered out: only the server knows which.
      else if (!created) void client.invalidateQueries({ queryKey: key, exact: true });
    }
  }
  client.setQueryData<Alert>(keys.alert(alert.id), (known) => (known ? { ...known, ...alert } : known));
}

function applyImage(client: QueryClient, image: Image, created: boolean): void {
  if (image.alert_id) {
    const key = keys.imagesOfAlert(image.alert_id);
    const pages = client.getQueryData<Pages<Image>>(key);
    if (pages) {
      const known = findItem(pages, image.id) !== undefined;
      client.setQueryData(key, known ? replaceItem(pages, image.id, () => image) : insertItem(pages, image));
    }
  }
  client.setQueryData<Image>(keys.image(image.id), (known) => (known ? image : known));
  tellImageChange({ action: created ? "created" : "updated", image });
}

function applyCamera(client: QueryClient, id: string, camera: Camera | null): void {
  client.setQueryData<Camera[]>(keys.cameras, (known) => {
    if (!known) return known;
    if (camera === null) return known.filter((other) => other.id !== id);
    const others = known.filter((other) => other.id !== id);
    if (others.length === known.length)
      return [...known, camera].sort((a, b) => a.name.localeCompare(b.name));
    return known.map((other) => (other.id === id ? camera : other));
  });
}

function forget(client: QueryClient, id: string, listKeys: readonly QueryKey[], oneKey: QueryKey): void {
  rememberDeleted(id);
  for (const listKey of listKeys) {
    for (const [key, pages] of lists<Alert | Image>(client, listKey))
      client.setQueryData(key, removeItem(pages, id));
  }
  void client.invalidateQueries({ queryKey: oneKey, exact: true });
}

function lists<T>(client: QueryClient, queryKey: QueryKey): [QueryKey, Pages<T>][] {
  const found = client.getQueriesData<Pages<T>>({ queryKey });
  return found.filter((entry): entry is [QueryKey, Pages<T>] => entry[1] !== undefined);
}

function matches(filter: AlertFilter, item: AlertCore, timeZone: string): boolean {
  if (filter.camera && filter.camera !== item.camera_id) return false;
  if (filter.type && filter.type !== item.type) return false;
  if (filter.before && item.timestamp >= filter.before) return false;
  if (filter.starred !== undefined && item.starred !== filter.starred) return false;
  return !filter.day || filter.day === dayOf(item.timestamp, timeZone);
}
