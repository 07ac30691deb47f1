import { act, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Image } from "@/api/wire";
import { FakeSocket } from "@/test/fake-socket";
import { alertAt, imageAt } from "@/test/fixtures";
import { renderApp } from "@/test/render-app";
import { problem, serveImages, server } from "@/test/server";

const event = alertAt(10, { key_image_id: imageAt(2).id });
const picture = (n: number): Image =>
  imageAt(n, { alert_id: event.id, motion_boxes: [{ x: 0.1, y: 0.2, w: 0.3, h: 0.4 }] });
const shown = () => document.querySelector<HTMLElement>("figure[data-image-id]")?.dataset.imageId;

async function openEvent(images: Image[]) {
  server.use(http.get("*/alerts/:id", () => HttpResponse.json(event)));
  serveImages(images);
  const app = renderApp(`/events/${event.id}`);
  await screen.findByRole("heading", { level: 1, name: /Motion/ });
  act(() => FakeSocket.latest().hello());
  return app;
}

it("opens with the best picture and steps through the others in the order of time", async () => {
  const { user, history } = await openEvent([picture(1), picture(2), picture(3)]);
  await waitFor(() => expect(shown()).toBe(picture(2).id));
  await user.keyboard("{ArrowRight}");
  await waitFor(() => expect(shown()).toBe(picture(1).id));
  expect(history.location.search).toContain(picture(1).id);
  await user.keyboard("{ArrowLeft}{ArrowLeft}");
  await waitFor(() => expect(shown()).toBe(picture(3).id));
  expect(screen.getByText(/Picture 1 of 3/)).toBeVisible();
});

it("takes in new pictures without changing the one that is looked at", async () => {
  await openEvent([picture(2)]);
  await waitFor(() => expect(shown()).toBe(picture(2).id));
  const image = picture(0);
  const change = {
    kind: "image" as const,
    action: "created" as const,
    image_id: image.id,
    camera_id: image.camera_id,
    image,
  };
  act(() => FakeSocket.latest().say({ type: "changes", changes: [change] }));
  expect(await screen.findByText(/Picture 1 of 2/)).toBeVisible();
  expect(shown()).toBe(picture(2).id);
});

it("switches the motion boxes off and on", async () => {
  const { user } = await openEvent([picture(2)]);
  expect(await screen.findByTestId("motion-boxes")).toBeInTheDocument();
  await user.keyboard("b");
  expect(screen.queryByTestId("motion-boxes")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Motion boxes" }));
  expect(screen.getByTestId("motion-boxes")).toBeInTheDocument();
});

it("offers the picture for download under its own name", async () => {
  await openEvent([picture(2)]);
  const link = await screen.findByRole("link", { name: "Download" });
  expect(link).toHaveAttribute("href", `/images/${picture(2).id}/file`);
  expect(link).toHaveAttribute("download", picture(2).filename);
});

it("waits for the first picture", async () => {
  await openEvent([]);
  expect(await screen.findByText(/No picture of this event has arrived yet/)).toBeVisible();
});

it("goes to the older event by key", async () => {
  server.use(
    http.get("*/alerts", ({ request }) => {
      const older =
        new URL(request.url).searchParams.has("to") && !new URL(request.url).searchParams.has("from");
      return HttpResponse.json({ items: older ? [alertAt(20)] : [], next_cursor: null });
    }),
  );
  const { user, history } = await openEvent([picture(2)]);
  await screen.findByRole("link", { name: "Older event" });
  await user.keyboard("j");
  await waitFor(() => expect(history.location.pathname).toBe(`/events/${alertAt(20).id}`));
});

it("says so when the event is deleted while it is looked at", async () => {
  await openEvent([picture(2)]);
  await waitFor(() => expect(shown()).toBe(picture(2).id));
  server.use(http.get("*/alerts/:id", () => problem(404, "not_found", "No such alert.")));
  const change = {
    kind: "alert" as const,
    action: "deleted" as const,
    alert_id: event.id,
    camera_id: event.camera_id,
  };
  await act(async () => FakeSocket.latest().say({ type: "changes", changes: [{ ...change, alert: null }] }));
  expect(await screen.findByText("This event does not exist any more.")).toBeVisible();
});

it("says when the event is gone", async () => {
  server.use(http.get("*/alerts/:id", () => problem(404, "not_found", "No such alert.")));
  renderApp(`/events/${event.id}`);
  expect(await screen.findByText("This event does not exist any more.")).toBeVisible();
});
