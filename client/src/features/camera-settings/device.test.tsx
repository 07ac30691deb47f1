import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { camera } from "@/test/fixtures";
import { renderApp } from "@/test/render-app";
import { server } from "@/test/server";
import settings from "../../../../contract/examples/camera-settings.json";
import versions from "../../../../contract/examples/settings-version-list.json";

const page = `/settings/cameras/${camera.id}`;

beforeEach(() =>
  server.use(
    http.get("*/cameras/:id/settings", () => HttpResponse.json({ ...settings, camera_id: camera.id })),
    http.get("*/cameras/:id/settings/versions", () => HttpResponse.json(versions)),
    http.get("*/cameras/:id/health", () => HttpResponse.json({ items: [], next_cursor: null })),
    http.get("*/cameras/:id/snapshot.jpg", () => new HttpResponse(null, { status: 404 })),
  ),
);

it("leads a new device into the camera's place", async () => {
  renderApp(page);
  const link = await screen.findByRole("link", { name: "Replace the device" });
  expect(link).toHaveAttribute("href", `/settings/cameras/pair?camera=${camera.id}`);
});

it("shows a new token once", async () => {
  server.use(
    http.post("*/cameras/:id/token", ({ params }) =>
      HttpResponse.json({ camera_id: params.id, token: "picam_new" }, { status: 201 }),
    ),
  );
  const { user } = renderApp(page);
  await user.click(await screen.findByRole("button", { name: "New token" }));
  expect(await screen.findByDisplayValue("picam_new")).toBeVisible();
});

it("locks a device out after asking, and says how to bring it back", async () => {
  const asked = vi.fn();
  server.use(
    http.get("*/cameras", () =>
      HttpResponse.json({
        items: [{ ...camera, revoked_at: asked.mock.calls.length > 0 ? "2026-01-01T00:00:00Z" : null }],
        next_cursor: null,
      }),
    ),
    http.delete("*/cameras/:id/token", ({ params }) => {
      asked(params.id);
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderApp(page);
  await user.click(await screen.findByRole("button", { name: "Lock it out" }));
  const dialog = await screen.findByRole("dialog");
  expect(asked).not.toHaveBeenCalled();
  await user.click(within(dialog).getByRole("button", { name: "Lock it out" }));
  expect(await screen.findByText(/^Locked out\. To bring it back/)).toBeVisible();
  expect(asked.mock.calls).toEqual([[camera.id]]);
  expect(screen.getByRole("link", { name: "Pair it" })).toBeVisible();
});
