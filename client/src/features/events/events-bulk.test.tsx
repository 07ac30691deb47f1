import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { FakeSocket } from "@/test/fake-socket";
import { alertAt } from "@/test/fixtures";
import { renderApp } from "@/test/render-app";
import { problem, serveAlerts, server } from "@/test/server";

const alerts = [alertAt(1), alertAt(2), alertAt(3), alertAt(4)];
const card = (n: number) => screen.getAllByRole("article")[n] as HTMLElement;

async function openEvents(path = "/") {
  const app = renderApp(path);
  await waitFor(() => expect(screen.getAllByRole("article")).toHaveLength(alerts.length));
  act(() => FakeSocket.latest().hello());
  return app;
}

it("selects a range by Shift and marks all of it; what failed is told and stays selected", async () => {
  const patched: string[] = [];
  serveAlerts(alerts);
  server.use(
    http.patch("*/alerts/:id", async ({ params, request }) => {
      patched.push(String(params.id));
      expect(await request.json()).toEqual({ reviewed: true });
      return params.id === alerts[1]?.id
        ? problem(503, "unavailable", "Try again.")
        : HttpResponse.json(alertAt(1));
    }),
  );
  const { user } = await openEvents();
  await user.keyboard("jx");
  await user.keyboard("{Shift>}");
  await user.click(within(card(2)).getByRole("link"));
  await user.keyboard("{/Shift}");
  const bar = await screen.findByRole("region", { name: "Selected events" });
  expect(bar).toHaveTextContent("3 selected");
  await user.click(within(bar).getByRole("button", { name: "Reviewed" }));
  expect(await screen.findByText(/1 of 3 could not be changed/)).toBeVisible();
  expect(patched.sort()).toEqual(
    alerts
      .slice(0, 3)
      .map(({ id }) => id)
      .sort(),
  );
  expect(await screen.findByText("1 selected")).toBeVisible();
  expect(card(0)).toHaveAttribute("data-reviewed", "true");
  expect(card(1)).toHaveAttribute("data-reviewed", "false");
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("region", { name: "Selected events" })).toBeNull();
});

it("deletes with a way back", async () => {
  serveAlerts(alerts);
  const gone = alerts[0]?.id as string;
  const deletion = {
    id: alertAt(9).id,
    image_ids: [],
    alert_ids: [gone],
    kept_starred: 0,
    undo_until: alertAt(0).timestamp,
  };
  let undone = false;
  server.use(
    http.post("*/deletions", () => HttpResponse.json(deletion, { status: 201 })),
    http.delete("*/deletions/:id", () => {
      undone = true;
      return HttpResponse.json(deletion);
    }),
  );
  const { user } = await openEvents();
  await user.keyboard("j#");
  expect(await screen.findByText("1 event deleted.")).toBeVisible();
  await waitFor(() => expect(screen.getAllByRole("article")).toHaveLength(3));
  await user.click(screen.getByRole("button", { name: "Undo" }));
  await waitFor(() => expect(undone).toBe(true));
  await waitFor(() => expect(screen.getAllByRole("article")).toHaveLength(4));
});

function swipe(element: HTMLElement, dx: number): void {
  const at = (clientX: number) => ({ pointerType: "touch", pointerId: 1, clientX, clientY: 50 });
  fireEvent.pointerDown(element, at(100));
  fireEvent.pointerMove(element, at(100 + dx / 2));
  fireEvent.pointerMove(element, at(100 + dx));
  fireEvent.pointerUp(element, at(100 + dx));
}

it("takes a swipe to the right as reviewed, with undo, and one to the left as the menu", async () => {
  const marks: unknown[] = [];
  serveAlerts(alerts);
  server.use(
    http.patch("*/alerts/:id", async ({ request }) => {
      marks.push(await request.json());
      return HttpResponse.json(alertAt(1));
    }),
  );
  const { user } = await openEvents();
  swipe(card(0), 40);
  expect(marks).toEqual([]);
  swipe(card(0), 120);
  await user.click(await screen.findByRole("button", { name: "Undo" }));
  await waitFor(() => expect(marks).toEqual([{ reviewed: true }, { reviewed: false }]));
  swipe(card(1), -120);
  const menu = await screen.findByRole("dialog");
  await user.click(within(menu).getByRole("button", { name: /Not an alarm/ }));
  await waitFor(() => expect(marks.at(-1)).toEqual({ verdict: "not_an_alarm" }));
});

it("keeps thousands of events light", async () => {
  serveAlerts(Array.from({ length: 3000 }, (_, n) => alertAt(n)));
  renderApp("/");
  await waitFor(() => expect(screen.getAllByRole("article").length).toBeGreaterThan(2));
  expect(screen.getAllByRole("article").length).toBeLessThan(60);
  expect(document.querySelectorAll("*").length).toBeLessThan(2500);
  const item = screen.getAllByRole("article")[0]?.closest("li");
  expect(item).toHaveAttribute("aria-setsize", "3000");
  expect(item).toHaveAttribute("aria-posinset", "1");
});

it("goes to a time of the day by the strip, with the keyboard", async () => {
  const asked: string[] = [];
  server.use(
    http.get("*/alerts", ({ request }) => {
      asked.push(new URL(request.url).search);
      return HttpResponse.json({ items: alerts, next_cursor: null });
    }),
    http.get("*/timeline", () =>
      HttpResponse.json({
        bucket: "5m",
        time_zone: "Europe/Berlin",
        items: [{ start: "2026-11-22T05:05:00Z", day: null, images: 2, alerts: 2, size_bytes: 9 }],
      }),
    ),
  );
  const { user, history } = await openEvents("/?day=2026-11-22");
  const strip = await screen.findByRole("slider", { name: /2 events/ });
  act(() => strip.focus());
  await user.keyboard("{ArrowDown}");
  expect(strip.getAttribute("aria-valuetext")).toMatch(/06:05.*2 events/);
  await user.keyboard("{Enter}");
  await waitFor(() =>
    expect(decodeURIComponent(history.location.search)).toContain("2026-11-22T05:10:00.000Z"),
  );
  await waitFor(() =>
    expect(decodeURIComponent(asked.at(-1) ?? "")).toContain("to=2026-11-22T05:10:00.000Z"),
  );
});
