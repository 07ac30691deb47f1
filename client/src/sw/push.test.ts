import { expect, it, vi } from "vitest";
import { notificationOf, type Pushed, pressed, pushedOf } from "./push";

const PUSHED: Pushed = {
  id: "019ab1c2-7d10-7a3b-8c55-0123456789ab",
  phase: "new",
  thread_id: "walk",
  title: "Person - Yard",
  text: "02:13:05",
  path: "/events/e1",
  silent: false,
  alert_id: "e1",
  camera_id: "c1",
  timestamp: "2026-01-01T02:13:05Z",
  key_image_id: "i1",
};
const KEPT = { path: "/events/e1", alert_id: "e1" };

it("shows the picture, one place for each walk, and sounds for what is new alone", () => {
  const [title, options] = notificationOf(PUSHED, "data:image/jpeg;base64,AA");
  expect(title).toBe("Person - Yard");
  expect(options).toMatchObject({
    tag: "walk",
    renotify: true,
    silent: false,
    image: "data:image/jpeg;base64,AA",
  });
  expect(options.actions?.map(({ action }) => action)).toEqual(["snooze", "not_an_alarm"]);
  expect(notificationOf({ ...PUSHED, silent: true })[1]).toMatchObject({ renotify: false, silent: true });
});

it("offers nothing for an event where there is none, and always shows something", () => {
  expect(notificationOf({ ...PUSHED, alert_id: null })[1].actions).toBeUndefined();
  for (const text of [undefined, "", "no json", "{}", "[]", "null"]) {
    const pushed = pushedOf(text);
    expect(pushed).toBeUndefined();
    expect(notificationOf(pushed)[0]).not.toBe("");
  }
  expect(pushedOf(JSON.stringify(PUSHED))).toEqual(PUSHED);
});

it("snoozes and dismisses without opening a page", async () => {
  const fetch = vi.fn(async () => ({ ok: true }));
  expect(await pressed("snooze", KEPT, 0, fetch)).toBeUndefined();
  expect(await pressed("not_an_alarm", KEPT, 0, fetch)).toBeUndefined();
  expect(fetch.mock.calls).toMatchObject([
    [
      "/notifications/settings",
      { method: "PATCH", body: expect.stringContaining("1970-01-01T01:00:00.000Z") },
    ],
    ["/alerts/e1", { method: "PATCH", body: '{"verdict":"not_an_alarm","reviewed":true}' }],
  ]);
});

it("opens the page when it is pressed, and when what was pressed could not be done", async () => {
  const refused = vi.fn(async () => ({ ok: false }));
  expect(await pressed("", KEPT, 0, refused)).toBe("/events/e1");
  expect(refused).not.toHaveBeenCalled();
  expect(await pressed("snooze", KEPT, 0, refused)).toBe("/events/e1");
  const away = () => Promise.reject(new TypeError("no line"));
  expect(await pressed("not_an_alarm", KEPT, 0, away)).toBe("/events/e1");
});
