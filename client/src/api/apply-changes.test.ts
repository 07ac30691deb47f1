import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import { alertAt, camera, imageAt } from "@/test/fixtures";
import { applyChanges, wasDeleted } from "./apply-changes";
import { type ImageChange, onImageChange } from "./image-changes";
import { type AlertFilter, keys } from "./keys";
import type { Change } from "./live-messages";
import { itemsOf, type Pages } from "./pages";
import type { Alert, AlertCore, Camera, Image } from "./wire";

const ZONE = "Europe/Berlin";
let client: QueryClient;
beforeEach(() => {
  client = new QueryClient();
});

const page = <T>(items: T[]) => ({ pageParams: [null], pages: [{ items, next_cursor: null }] });
const core = ({ reviewed: _, ...rest }: Alert): AlertCore => rest;
const alertChange = (alert: Alert, action: "created" | "updated" = "created"): Change => ({
  kind: "alert",
  action,
  alert_id: alert.id,
  camera_id: alert.camera_id,
  alert: core(alert),
});
const list = (filter: AlertFilter) => itemsOf(client.getQueryData<Pages<Alert>>(keys.alertList(filter)));
const keep = (filter: AlertFilter, items: Alert[]) =>
  client.setQueryData(keys.alertList(filter), page(items));
const apply = (...changes: Change[]) => applyChanges(client, changes, ZONE);

describe("a new alert", () => {
  it("joins the lists whose filter it matches, not reviewed", () => {
    keep({}, [alertAt(5)]);
    keep({ camera: "another" }, []);
    keep({ day: "2026-11-21" }, []);
    keep({ day: "2026-11-22" }, []);
    keep({ reviewed: false }, []);
    apply(alertChange(alertAt(0)));
    expect(list({}).map(({ id, reviewed }) => [id, reviewed])).toEqual([
      [alertAt(0).id, false],
      [alertAt(5).id, false],
    ]);
    expect(list({ camera: "another" })).toEqual([]);
    expect(list({ day: "2026-11-21" })).toEqual([]);
    expect(list({ day: "2026-11-22" })).toHaveLength(1);
    expect(list({ reviewed: false })).toHaveLength(1);
  });
});

describe("a changed alert", () => {
  it("changes in place and stays reviewed", () => {
    keep({}, [alertAt(0, { reviewed: true })]);
    client.setQueryData(keys.alert(alertAt(0).id), alertAt(0));
    apply(alertChange(alertAt(0, { image_count: 7 }), "updated"));
    expect(list({})[0]).toMatchObject({ image_count: 7, reviewed: true });
    expect(client.getQueryData(keys.alert(alertAt(0).id))).toMatchObject({ image_count: 7 });
  });

  it("that a list should hold but does not is asked for again", () => {
    keep({}, [alertAt(5)]);
    apply(alertChange(alertAt(3), "updated"));
    expect(list({})).toHaveLength(1);
    expect(client.getQueryState(keys.alertList({}))?.isInvalidated).toBe(true);
  });

  it("is marked reviewed wherever this person reviewed it", () => {
    keep({}, [alertAt(0)]);
    apply({
      kind: "review",
      action: "updated",
      alert_id: alertAt(0).id,
      camera_id: camera.id,
      reviewed: true,
    });
    expect(list({})[0]?.reviewed).toBe(true);
  });
});

it("lets go of a deleted alert and remembers that it is gone", () => {
  const gone = alertAt(0);
  keep({}, [gone, alertAt(1)]);
  apply({ kind: "alert", action: "deleted", alert_id: gone.id, camera_id: gone.camera_id, alert: null });
  expect(list({}).map(({ id }) => id)).toEqual([alertAt(1).id]);
  expect(wasDeleted(gone.id)).toBe(true);
});

it("tells the gallery of a new picture, and puts it into its event's filmstrip, and replaces it there later", () => {
  const image = imageAt(0, { alert_id: "an-alert" });
  const told: ImageChange[] = [];
  const stop = onImageChange((change) => told.push(change));
  client.setQueryData(keys.imagesOfAlert("an-alert"), page<Image>([]));
  const change = (changed: Image, action: "created" | "updated"): Change => ({
    kind: "image",
    action,
    image_id: changed.id,
    camera_id: changed.camera_id,
    image: changed,
  });
  apply(change(image, "created"), change({ ...image, average_color: "#010203" }, "updated"));
  stop();
  const strip = itemsOf(client.getQueryData<Pages<Image>>(keys.imagesOfAlert("an-alert")));
  expect(told.map(({ action }) => action)).toEqual(["created", "updated"]);
  expect(strip.map(({ average_color }) => average_color)).toEqual(["#010203"]);
});

it("renews a camera, adds a new one by name, and lets a deleted one go", () => {
  client.setQueryData(keys.cameras, [camera]);
  const barn: Camera = { ...camera, id: "barn", name: "Barn" };
  const change = (id: string, value: Camera | null): Change => ({
    kind: "camera",
    action: value ? "updated" : "deleted",
    camera_id: id,
    camera: value,
  });
  apply(change(camera.id, { ...camera, online: false }), change("barn", barn));
  expect(client.getQueryData<Camera[]>(keys.cameras)?.map(({ name, online }) => [name, online])).toEqual([
    ["Barn", true],
    [camera.name, false],
  ]);
  apply(change("barn", null));
  expect(client.getQueryData<Camera[]>(keys.cameras)).toHaveLength(1);
});
