import { act, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import { imageAt } from "@/test/fixtures";
import { renderApp } from "@/test/render-app";
import { serveImages, server } from "@/test/server";

beforeEach(() => {
  // No layout in this environment: the gallery is as wide as a phone, with its head at the top of the screen.
  HTMLElement.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 390, 4000);
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
  };
});

const tiles = () =>
  [...document.querySelectorAll<HTMLElement>("a[data-image-id]")].map((tile) => tile.dataset.imageId);
const shown = () => document.querySelector<HTMLElement>("figure[data-image-id]")?.dataset.imageId;
const images = [imageAt(0), imageAt(1), imageAt(2), imageAt(60 * 24)];

it("shows the pictures under their days, newest first", async () => {
  serveImages(images);
  renderApp("/gallery");
  await waitFor(() => expect(tiles()).toEqual(images.map(({ id }) => id)));
  expect(screen.getAllByRole("heading", { level: 2 })).toHaveLength(2);
});

it("holds only what is near the screen", async () => {
  serveImages(Array.from({ length: 500 }, (_, index) => imageAt(index)));
  HTMLElement.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 390, 50_000);
  renderApp("/gallery");
  await waitFor(() => expect(tiles().length).toBeGreaterThan(10));
  expect(tiles().length).toBeLessThan(80);
});

it("opens a picture over the gallery, steps with the arrows, and closes back to its place", async () => {
  serveImages(images);
  const { user, history } = renderApp("/gallery");
  await waitFor(() => expect(tiles()).toHaveLength(4));
  act(() => document.querySelector<HTMLElement>(`a[data-image-id="${imageAt(1).id}"]`)?.click());
  await waitFor(() => expect(shown()).toBe(imageAt(1).id));
  await user.keyboard("{ArrowRight}");
  await waitFor(() => expect(shown()).toBe(imageAt(2).id));
  await user.keyboard("{ArrowLeft}{ArrowLeft}");
  await waitFor(() => expect(shown()).toBe(imageAt(0).id));
  await user.click(screen.getByRole("button", { name: "Close the picture" }));
  await waitFor(() => expect(history.location.pathname).toBe("/gallery"));
  expect(tiles()).toHaveLength(4);
});

it("opens a picture by its address alone, with a way to its event", async () => {
  server.use(http.get("*/images/:id", () => HttpResponse.json(imageAt(3))));
  renderApp(`/gallery/${imageAt(3).id}`);
  await waitFor(() => expect(shown()).toBe(imageAt(3).id));
  expect(screen.getByRole("link", { name: "Open its event" })).toHaveAttribute(
    "href",
    expect.stringContaining(`/events/${imageAt(3).alert_id}`),
  );
});

it("says that there are no pictures yet", async () => {
  renderApp("/gallery");
  expect(await screen.findByRole("heading", { name: "No pictures yet" })).toBeVisible();
});
