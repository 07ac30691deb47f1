import { act, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { FakeSocket } from "@/test/fake-socket";
import { session } from "@/test/fixtures";
import { renderApp } from "@/test/render-app";
import { problem, server } from "@/test/server";

const nobody = () => http.get("*/session", () => problem(401, "unauthenticated", "Sign in first."));

describe("who is not signed in", () => {
  it("signs in and lands where they wanted to go", async () => {
    server.use(nobody());
    const { user, history } = renderApp("/settings/cameras");
    await screen.findByRole("heading", { level: 1, name: "Sign in" });
    expect(history.location.search).toContain("next=");
    server.use(
      http.post("*/session", async ({ request }) =>
        ((await request.json()) as { password: string }).password === "right"
          ? HttpResponse.json(session)
          : problem(401, "unauthenticated", "no"),
      ),
    );
    await user.type(screen.getByLabelText("Name"), "Ann");
    await user.type(screen.getByLabelText("Password"), "wrong{Enter}");
    expect(await screen.findByText("Name or password is not right.")).toBeVisible();
    await user.clear(screen.getByLabelText("Password"));
    await user.type(screen.getByLabelText("Password"), "right{Enter}");
    await screen.findByRole("heading", { level: 1, name: "Cameras" });
  });

  it.each(["//evil.example", "/\\evil.example", "https://evil.example"])(
    "is never sent to %s",
    async (next) => {
      server.use(
        nobody(),
        http.post("*/session", () => HttpResponse.json(session)),
      );
      const { user, history } = renderApp(`/login?next=${encodeURIComponent(next)}`);
      await user.type(await screen.findByLabelText("Name"), "Ann");
      await user.type(screen.getByLabelText("Password"), "right{Enter}");
      await screen.findByRole("heading", { level: 1, name: "Events" });
      expect(history.location.href).toBe("/");
    },
  );

  it("is asked to sign in again when the session ends", async () => {
    renderApp("/");
    await screen.findByRole("heading", { level: 1, name: "Events" });
    server.use(nobody());
    act(() => FakeSocket.latest().drop(4401));
    expect(await screen.findByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  });
});

describe("the first start", () => {
  const first = (code_required: boolean) =>
    server.use(
      nobody(),
      http.get("*/setup", () => HttpResponse.json({ needed: true, code_required })),
    );

  it("makes the owner and goes straight to the events, with the browser's time zone", async () => {
    first(false);
    const sent: unknown[] = [];
    server.use(
      http.post("*/setup", async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json(session, { status: 201 });
      }),
    );
    const { user } = renderApp("/");
    await screen.findByRole("heading", { level: 1, name: "Welcome" });
    expect(screen.queryByLabelText("One-time code")).toBeNull();
    await user.type(screen.getByLabelText("Name"), "Ann");
    await user.type(screen.getByLabelText("Password"), "a long sentence{Enter}");
    await screen.findByRole("heading", { level: 2, name: "Watching for the first movement" });
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    expect(sent).toEqual([{ name: "Ann", password: "a long sentence", time_zone: timeZone }]);
  });

  it("asks for the code when the server wants it, and shows what is wrong at its field", async () => {
    first(true);
    server.use(
      http.post("*/setup", () =>
        problem(422, "invalid_request", "See the fields.", [{ field: "password", message: "is too short" }]),
      ),
    );
    const { user } = renderApp("/");
    await user.type(await screen.findByLabelText("One-time code"), "ABC");
    await user.type(screen.getByLabelText("Name"), "Ann");
    await user.type(screen.getByLabelText("Password"), "x{Enter}");
    await waitFor(() =>
      expect(screen.getByLabelText("Password")).toHaveAccessibleDescription("is too short"),
    );
  });
});

describe("the account menu", () => {
  it("signs out", async () => {
    const { user } = renderApp("/");
    await user.click(await screen.findByRole("button", { name: "Account and settings" }));
    server.use(
      http.delete("*/session", () => new HttpResponse(null, { status: 204 })),
      nobody(),
    );
    await user.click(screen.getByRole("button", { name: "Sign out" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  });

  it("chooses the theme and keeps it", async () => {
    const { user } = renderApp("/");
    await user.click(await screen.findByRole("button", { name: "Account and settings" }));
    await user.click(screen.getByRole("radio", { name: "Light" }));
    expect(document.documentElement).toHaveClass("theme-light");
    expect(localStorage.getItem("picam.theme")).toBe("light");
    await user.click(screen.getByRole("radio", { name: "System" }));
    expect(document.documentElement).not.toHaveClass("theme-light");
  });
});

it("goes between pages by keys", async () => {
  const { user } = renderApp("/");
  await screen.findByRole("heading", { level: 1, name: "Events" });
  await user.keyboard("gi");
  await screen.findByRole("heading", { level: 1, name: "Images" });
  await user.keyboard("gc");
  await screen.findByRole("heading", { level: 1, name: "Cameras" });
  await user.keyboard("ge");
  await screen.findByRole("heading", { level: 1, name: "Events" });
});

it("keeps what it shows when the server is away, says since when, and takes the word back", async () => {
  renderApp("/");
  await screen.findByRole("heading", { level: 1, name: "Events" });
  act(() => FakeSocket.latest().hello());
  act(() => FakeSocket.latest().drop());
  expect(await screen.findByText(/No connection to the server/)).toBeVisible();
  await waitFor(() => expect(FakeSocket.all.length).toBeGreaterThan(1));
  act(() => FakeSocket.latest().hello());
  await waitFor(() => expect(screen.queryByText(/No connection to the server/)).toBeNull());
});

it("says that an address leads nowhere", async () => {
  renderApp("/nowhere");
  expect(await screen.findByRole("link", { name: "Go to Events" })).toBeVisible();
});
