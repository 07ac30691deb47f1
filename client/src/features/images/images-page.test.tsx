import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { tellImageChange } from "@/api/image-changes";
import type { Image } from "@/api/wire";
import { imageAt } from "@/test/fixtures";
import { renderApp } from "@/test/render-app";
import { serveImages, server } from "@/test/server";

let top = 0;
beforeEach(() => {
  // No layout in this environment: the gallery is as wide as a phone, with its head at the top of the screen.
  top = 0;
  HTMLElement.prototype.getBoundingClientRect = () => new DOMRect(0, top, 390, 4000);
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
  };
});

const tiles = () =>
  [...document.querySelectorAll<HTMLElement>("a[data-image-id]")].map((tile) => tile.dataset.imageId);
const tile = (image: Image) => {
  const found = document.querySelector<HTMLElement>(`a[data-image-id="${image.id}"]`);
  if (found === null) throw new Error("this picture is not on the screen");
  return found;
};
const shown = () => document.querySelector<HTMLElement>("figure[data-image-id]")?.dataset.imageId;
const images = [imageAt(0), imageAt(1), imageAt(2), imageAt(60 * 24)];
const selected = () => screen.queryByText(/selected/)?.textContent;

it("shows the pictures under their days, newest first", async () => {
  serveImages(images);
  renderApp("/gallery");
  await waitFor(() => expect(tiles()).toEqual(images.map(({ id }) => id)));
  expect(screen.getAllByRole("heading", { level: 2 })).toHaveLength(2);
  expect(screen.getByText("4 pictures")).toBeVisible();
});

it("knows how tall everything is before a picture is asked for, and holds only what is near the screen", async () => {
  const asked: string[] = [];
  const many = Array.from({ length: 500 }, (_, index) => imageAt(index));
  serveImages(many);
  server.events.on("request:start", ({ request }) => void asked.push(new URL(request.url).pathname));
  renderApp("/gallery");
  await waitFor(() => expect(tiles().length).toBeGreaterThan(10));
  expect(tiles().length).toBeLessThan(80);
  expect(asked.filter((path) => path === "/images")).toEqual([]);
  server.events.removeAllListeners();
});

it("opens a picture over the gallery, steps with the arrows, and closes back to its place", async () => {
  serveImages(images);
  const { user, history } = renderApp("/gallery");
  await waitFor(() => expect(tiles()).toHaveLength(4));
  act(() => tile(imageAt(1)).click());
  await waitFor(() => expect(shown()).toBe(imageAt(1).id));
  await user.keyboard("{ArrowRight}");
  await waitFor(() => expect(shown()).toBe(imageAt(2).id));
  // Over the edge of a day.
  await user.keyboard("{ArrowRight}");
  await waitFor(() => expect(shown()).toBe(imageAt(60 * 24).id));
  await user.keyboard("{ArrowLeft}{ArrowLeft}{ArrowLeft}");
  await waitFor(() => expect(shown()).toBe(imageAt(0).id));
  await user.click(screen.getByRole("button", { name: "Close the picture" }));
  await waitFor(() => expect(history.location.pathname).toBe("/gallery"));
  expect(tiles()).toHaveLength(4);
});

it("opens a picture by its address alone, with a way to its event", async () => {
  serveImages([imageAt(3)]);
  renderApp(`/gallery/${imageAt(3).id}`);
  await waitFor(() => expect(shown()).toBe(imageAt(3).id));
  expect(await screen.findByRole("link", { name: "Open its event" })).toHaveAttribute(
    "href",
    expect.stringContaining(`/events/${imageAt(3).alert_id}`),
  );
});

it("walks through the tiles by the keyboard and chooses them", async () => {
  serveImages(images);
  const { user } = renderApp("/gallery");
  await waitFor(() => expect(tiles()).toHaveLength(4));
  act(() => tile(imageAt(0)).focus());
  await user.keyboard("{ArrowRight}");
  await waitFor(() => expect(tile(imageAt(1))).toHaveFocus());
  await user.keyboard(" ");
  await waitFor(() => expect(selected()).toBe("1 picture selected"));
  expect(tile(imageAt(1))).toHaveAttribute("aria-checked", "true");
  await user.keyboard("{Shift>}{End}{/Shift}");
  await waitFor(() => expect(selected()).toBe("3 pictures selected"));
  await user.keyboard("{Escape}");
  await waitFor(() => expect(selected()).toBeUndefined());
});

it("chooses from one to another with shift, and by a long press", async () => {
  serveImages(images);
  renderApp("/gallery");
  await waitFor(() => expect(tiles()).toHaveLength(4));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  fireEvent.pointerDown(tile(imageAt(0)), { pointerType: "touch", pointerId: 1 });
  act(() => void vi.advanceTimersByTime(500));
  vi.useRealTimers();
  fireEvent.pointerUp(tile(imageAt(0)), { pointerType: "touch", pointerId: 1 });
  fireEvent.click(tile(imageAt(0)));
  expect(selected()).toBe("1 picture selected");
  fireEvent.click(tile(imageAt(60 * 24)), { shiftKey: true });
  await waitFor(() => expect(selected()).toBe("4 pictures selected"));
  fireEvent.click(tile(imageAt(1)));
  expect(selected()).toBe("3 pictures selected");
});

it("deletes what is chosen and brings it back", async () => {
  const kept = [...images];
  const asked: unknown[] = [];
  const answer = (image_ids: string[]) =>
    HttpResponse.json({
      id: "d",
      image_ids,
      alert_ids: [],
      kept_starred: 0,
      undo_until: imageAt(0).timestamp,
    });
  serveImages(kept);
  server.use(
    http.post("*/deletions", async ({ request }) => {
      asked.push(await request.json());
      kept.splice(0, 1);
      return answer([imageAt(0).id]);
    }),
    http.delete("*/deletions/d", () => {
      kept.unshift(imageAt(0));
      return answer([imageAt(0).id]);
    }),
  );
  const { user } = renderApp("/gallery");
  await waitFor(() => expect(tiles()).toHaveLength(4));
  await user.click(screen.getByRole("button", { name: "Select" }));
  fireEvent.click(tile(imageAt(0)));
  await user.click(screen.getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(tiles()).toEqual(images.slice(1).map(({ id }) => id)));
  expect(asked).toEqual([{ image_ids: [imageAt(0).id], alert_ids: [] }]);
  await user.click(await screen.findByRole("button", { name: "Undo" }));
  await waitFor(() => expect(tiles()).toHaveLength(4));
});

it("downloads what is chosen as one file", async () => {
  serveImages(images);
  let asked: unknown;
  server.use(
    http.post("*/exports", async ({ request }) => {
      asked = await request.json();
      return new HttpResponse(new Blob(["a zip"]), {
        headers: {
          "Content-Disposition": 'attachment; filename="pictures-2026-11-22.zip"',
          "Picam-Pictures": "2",
          "Picam-Picture-Bytes": "5",
        },
      });
    }),
  );
  const saved: string[] = [];
  HTMLAnchorElement.prototype.click = function click() {
    if (this.download) saved.push(this.download);
  };
  URL.createObjectURL = () => "blob:x";
  const { user } = renderApp("/gallery");
  await waitFor(() => expect(tiles()).toHaveLength(4));
  await user.click(screen.getByRole("button", { name: "Select" }));
  fireEvent.click(tile(imageAt(0)));
  fireEvent.click(tile(imageAt(2)));
  await user.click(screen.getByRole("button", { name: "Download" }));
  await waitFor(() => expect(saved).toEqual(["pictures-2026-11-22.zip"]));
  expect(asked).toEqual({ image_ids: [imageAt(0).id, imageAt(2).id] });
});

it("keeps new pictures back while somebody looks, and shows them when they are wanted", async () => {
  const kept = [...images];
  serveImages(kept);
  Object.defineProperty(window, "scrollY", { value: 500, configurable: true });
  const { user } = renderApp("/gallery");
  await waitFor(() => expect(tiles()).toHaveLength(4));
  fireEvent.scroll(window);
  const fresh = imageAt(-1);
  kept.unshift(fresh);
  act(() => tellImageChange({ action: "created", image: fresh }));
  const pill = await screen.findByTestId("new-pill");
  expect(pill).toHaveAccessibleName("1 new picture");
  expect(tiles()).toHaveLength(4);
  await user.click(pill);
  await waitFor(() => expect(tiles()[0]).toBe(fresh.id));
});

it("keeps its filters in the address", async () => {
  serveImages([imageAt(0), imageAt(1, { starred: true })]);
  const { user, history } = renderApp("/gallery");
  await waitFor(() => expect(tiles()).toHaveLength(2));
  await user.click(
    within(screen.getByRole("region", { name: "Filters" })).getByRole("button", { name: "Starred" }),
  );
  await waitFor(() => expect(tiles()).toEqual([imageAt(1).id]));
  expect(history.location.search).toContain("starred=true");
});

it("says that there are no pictures yet", async () => {
  renderApp("/gallery");
  expect(await screen.findByRole("heading", { name: "No pictures yet" })).toBeVisible();
});
