import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { camera } from "@/test/fixtures";
import { renderApp } from "@/test/render-app";
import { server } from "@/test/server";

it("shows each camera with its state in words and its figures", async () => {
  const away = { ...camera, id: "b", name: "Barn", online: false, last_seen_at: null, health: null };
  server.use(http.get("*/cameras", () => HttpResponse.json({ items: [camera, away], next_cursor: null })));
  renderApp("/settings/cameras");
  const [porch, barn] = await screen.findAllByRole("article");
  expect(screen.getByText("1 of 2 online")).toBeVisible();
  expect(within(porch as HTMLElement).getByText("Uploading 14 pictures saved while offline")).toBeVisible();
  expect(within(porch as HTMLElement).getByText("51 °C")).toBeVisible();
  expect(within(porch as HTMLElement).getByText("14 pictures, 2.1 MB")).toBeVisible();
  expect(within(barn as HTMLElement).getByText("Has not connected yet")).toBeVisible();
});

it("leads to the page that adds the first camera", async () => {
  server.use(http.get("*/cameras", () => HttpResponse.json({ items: [], next_cursor: null })));
  renderApp("/settings/cameras");
  expect(await screen.findByRole("link", { name: "Add a camera" })).toHaveAttribute(
    "href",
    "/settings/cameras/pair",
  );
});
