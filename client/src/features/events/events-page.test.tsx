import { act, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import type { Alert } from "@/api/wire";
import { FakeSocket } from "@/test/fake-socket";
import { alertAt, camera } from "@/test/fixtures";
import { renderApp } from "@/test/render-app";
import { problem, serveAlerts, server } from "@/test/server";

const cards = () =>
  [...document.querySelectorAll<HTMLElement>("article[data-alert-id]")].map((card) => card.dataset.alertId);
const ids = (...minutes: number[]) => minutes.map((n) => alertAt(n).id);

async function tell(alert: Alert, action: "created" | "updated" = "created"): Promise<void> {
  const { reviewed: _, ...core } = alert;
  const change = {
    kind: "alert" as const,
    action,
    alert_id: alert.id,
    camera_id: alert.camera_id,
    alert: core,
  };
  await act(async () => FakeSocket.latest().say({ type: "changes", changes: [change] }));
}

function scrollTo(y: number): void {
  Object.defineProperty(window, "scrollY", { value: y, configurable: true });
  act(() => void window.dispatchEvent(new Event("scroll")));
}

async function openEvents(path = "/") {
  const app = renderApp(path);
  await screen.findByRole("heading", { level: 1, name: "Events" });
  act(() => FakeSocket.latest().hello());
  return app;
}

describe("a list that nobody touches", () => {
  it("shows a new event by itself, at the top", async () => {
    serveAlerts([alertAt(5)]);
    await openEvents();
    await waitFor(() => expect(cards()).toEqual(ids(5)));
    await tell(alertAt(0, { image_count: 0, ended_at: null }));
    expect(cards()).toEqual(ids(0, 5));
    expect(screen.getByText("Still going on")).toBeVisible();
  });

  it("changes a card in its place", async () => {
    serveAlerts([alertAt(0, { ended_at: null, image_count: 1 })]);
    await openEvents();
    await screen.findByText("Still going on");
    await tell(alertAt(0, { ended_at: "2026-11-22T14:02:14.000Z", image_count: 3 }), "updated");
    expect(screen.queryByText("Still going on")).toBeNull();
    expect(screen.getByText("0:14")).toBeVisible();
    expect(screen.getByText("3 pictures")).toBeInTheDocument();
  });
});

describe("while a person looks", () => {
  it("moves nothing: new events wait behind a pill and come when it is pressed", async () => {
    serveAlerts([alertAt(5), alertAt(6)]);
    const { user } = await openEvents();
    await waitFor(() => expect(cards()).toEqual(ids(5, 6)));
    scrollTo(400);
    const kept = document.querySelector("article");
    await tell(alertAt(1));
    await tell(alertAt(0));
    expect(cards()).toEqual(ids(5, 6));
    expect(document.querySelector("article")).toBe(kept);
    const pill = screen.getByRole("button", { name: "2 new events" });
    expect(pill).toHaveTextContent("2 new");
    await user.click(pill);
    expect(cards()).toEqual(ids(0, 1, 5, 6));
    expect(screen.queryByRole("button", { name: /new event/ })).toBeNull();
  });

  it("shows them by itself when the person is back at the top", async () => {
    serveAlerts([alertAt(5)]);
    await openEvents();
    await waitFor(() => expect(cards()).toEqual(ids(5)));
    scrollTo(400);
    await tell(alertAt(0));
    expect(cards()).toEqual(ids(5));
    scrollTo(0);
    expect(cards()).toEqual(ids(0, 5));
  });

  it("lets a deleted event go all the same", async () => {
    serveAlerts([alertAt(5), alertAt(6)]);
    await openEvents();
    await waitFor(() => expect(cards()).toHaveLength(2));
    scrollTo(400);
    const gone = alertAt(5);
    const change = {
      kind: "alert" as const,
      action: "deleted" as const,
      alert_id: gone.id,
      camera_id: gone.camera_id,
    };
    await act(async () =>
      FakeSocket.latest().say({ type: "changes", changes: [{ ...change, alert: null }] }),
    );
    expect(cards()).toEqual(ids(6));
  });
});

describe("review by keyboard", () => {
  it("walks with j and k, marks with e and goes on, stars with s", async () => {
    const patches: unknown[] = [];
    serveAlerts([alertAt(1), alertAt(2), alertAt(3)]);
    server.use(
      http.patch("*/alerts/:id", async ({ params, request }) => {
        patches.push([params.id, await request.json()]);
        return HttpResponse.json(alertAt(1));
      }),
    );
    const { user } = await openEvents();
    await waitFor(() => expect(cards()).toHaveLength(3));
    await user.keyboard("je");
    const [first, second] = screen.getAllByRole("article");
    expect(first).toHaveAttribute("data-reviewed", "true");
    expect(second).toContainElement(document.activeElement as HTMLElement);
    await user.keyboard("s");
    await waitFor(() =>
      expect(patches).toEqual([
        [ids(1)[0], { reviewed: true }],
        [ids(2)[0], { starred: true }],
      ]),
    );
    await user.keyboard("k");
    expect(first).toContainElement(document.activeElement as HTMLElement);
  });

  it("does nothing when the shortcuts are switched off", async () => {
    serveAlerts([alertAt(1)]);
    const { user } = await openEvents();
    await waitFor(() => expect(cards()).toHaveLength(1));
    await user.click(screen.getByRole("button", { name: "Account and settings" }));
    await user.click(screen.getByRole("checkbox", { name: "Single-key shortcuts" }));
    await user.keyboard("{Escape}j");
    expect(screen.getByRole("article")).not.toContainElement(document.activeElement as HTMLElement);
  });

  it("keeps a card in its place when its review takes it out of the filter", async () => {
    serveAlerts([alertAt(1), alertAt(2)]);
    server.use(http.patch("*/alerts/:id", () => HttpResponse.json(alertAt(1, { reviewed: true }))));
    const { user } = await openEvents("/?reviewed=no");
    await waitFor(() => expect(cards()).toHaveLength(2));
    await user.click(
      within(screen.getAllByRole("article")[0] as HTMLElement).getByRole("button", { name: "Reviewed" }),
    );
    expect(cards()).toEqual(ids(1, 2));
    expect(screen.getAllByRole("article")[0]).toHaveAttribute("data-reviewed", "true");
  });
});

it("takes a mark back and says so when the server refuses it", async () => {
  serveAlerts([alertAt(1)]);
  server.use(http.patch("*/alerts/:id", () => problem(503, "unavailable", "Try again.")));
  const { user } = await openEvents();
  await user.click(await screen.findByRole("button", { name: "Starred" }));
  expect(await screen.findByText(/could not be saved/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Starred" })).toHaveAttribute("aria-pressed", "false");
});

it("puts the filter into the address and asks the server for it", async () => {
  const asked: string[] = [];
  server.use(
    http.get("*/alerts", ({ request }) => {
      asked.push(new URL(request.url).search);
      return HttpResponse.json({ items: [alertAt(1)], next_cursor: null });
    }),
  );
  const { user, history } = await openEvents();
  await user.selectOptions(
    await screen.findByRole("combobox", { name: "Camera" }),
    await screen.findByRole("option", { name: camera.name }),
  );
  await user.click(screen.getByRole("button", { name: "To review" }));
  await waitFor(() => expect(history.location.search).toBe(`?camera=${camera.id}&reviewed=no`));
  await waitFor(() => expect(asked.at(-1)).toContain("reviewed=false"));
  expect(asked.at(-1)).toContain(`camera_id=${camera.id}`);
});

it("shows another filter's list as it is, also to a person who scrolled", async () => {
  server.use(
    http.get("*/alerts", ({ request }) => {
      const unreviewed = new URL(request.url).searchParams.has("reviewed");
      return HttpResponse.json({
        items: unreviewed ? [alertAt(2)] : [alertAt(1), alertAt(2)],
        next_cursor: null,
      });
    }),
  );
  const { user } = await openEvents();
  await waitFor(() => expect(cards()).toEqual(ids(1, 2)));
  scrollTo(400);
  await user.click(screen.getByRole("button", { name: "To review" }));
  await waitFor(() => expect(cards()).toEqual(ids(2)));
});

it("loads earlier events with its button", async () => {
  server.use(
    http.get("*/alerts", ({ request }) =>
      new URL(request.url).searchParams.get("cursor") === "more"
        ? HttpResponse.json({ items: [alertAt(9)], next_cursor: null })
        : HttpResponse.json({ items: [alertAt(1)], next_cursor: "more" }),
    ),
  );
  const { user } = await openEvents();
  await user.click(await screen.findByRole("button", { name: "Show earlier events" }));
  await waitFor(() => expect(cards()).toEqual(ids(1, 9)));
  expect(screen.getByText("That is everything so far.")).toBeVisible();
});

describe("without events", () => {
  it("says that the cameras watch", async () => {
    await openEvents();
    expect(await screen.findByRole("heading", { name: "Watching for the first movement" })).toBeVisible();
    await tell(alertAt(0));
    expect(cards()).toEqual(ids(0));
  });

  it("offers to add a camera when there is none", async () => {
    server.use(http.get("*/cameras", () => HttpResponse.json({ items: [], next_cursor: null })));
    await openEvents();
    expect(await screen.findByRole("link", { name: "Add a camera" })).toBeVisible();
  });

  it("offers to clear filters that match nothing", async () => {
    const { user, history } = await openEvents("/?reviewed=no");
    expect(await screen.findByRole("heading", { name: "No events match these filters." })).toBeVisible();
    await user.click(screen.getByText("Clear filters"));
    await waitFor(() => expect(history.location.search).toBe(""));
  });
});

it("shows the server's words when the list cannot be had, and recovers on a press", async () => {
  server.use(http.get("*/alerts", () => problem(400, "bad_cursor", "Ask again without the cursor.")));
  const { user } = await openEvents();
  expect(await screen.findByText("Ask again without the cursor.")).toBeVisible();
  serveAlerts([alertAt(1)]);
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(cards()).toEqual(ids(1)));
});

it("refetches what is shown after a gap in the live updates", async () => {
  serveAlerts([alertAt(5)]);
  await openEvents();
  await waitFor(() => expect(cards()).toEqual(ids(5)));
  serveAlerts([alertAt(0), alertAt(5)]);
  act(() => FakeSocket.latest().say({ type: "heartbeat" }, 7));
  await waitFor(() => expect(cards()).toEqual(ids(0, 5)));
});
