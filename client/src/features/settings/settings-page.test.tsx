import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { session } from "@/test/fixtures";
import { renderApp } from "@/test/render-app";
import { problem, server } from "@/test/server";
import { browserName } from "./browser-name";

const sessions = [
  {
    id: "a",
    this: true,
    user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  },
  { id: "b", this: false, user_agent: null },
].map((item) => ({ ...item, created_at: "2026-11-22T14:02:00Z", last_seen_at: "2026-11-22T14:02:00Z" }));

beforeEach(() => {
  server.use(
    http.get("*/passkeys", () => HttpResponse.json({ items: [], next_cursor: null })),
    http.get("*/sessions", () => HttpResponse.json({ items: sessions, next_cursor: null })),
  );
});

it("opens from the account menu and shows each role its sections", async () => {
  const { user } = renderApp("/");
  await user.click(await screen.findByRole("button", { name: "Account and settings" }));
  await user.click(screen.getByRole("link", { name: "Settings" }));
  await screen.findByRole("heading", { level: 1, name: "Settings" });
  const list = screen.getByRole("navigation", { name: "Sections" });
  expect(within(list).getByRole("link", { name: /Activity log/ })).toBeInTheDocument();
});

it("hides from a viewer what is for admins", async () => {
  server.use(
    http.get("*/session", () => HttpResponse.json({ ...session, user: { ...session.user, role: "viewer" } })),
  );
  renderApp("/settings/audit");
  await screen.findByText("There is no such section.");
  expect(screen.queryByRole("link", { name: /Activity log/ })).toBeNull();
});

describe("the account", () => {
  it("changes the password, and says at the field that the current one is wrong", async () => {
    const sent: unknown[] = [];
    server.use(
      http.post("*/session/password", async ({ request }) => {
        const body = (await request.json()) as { current: string };
        sent.push(body);
        return body.current === "right"
          ? new HttpResponse(null, { status: 204 })
          : problem(403, "wrong_password", "Your current password is not right: type it again.");
      }),
    );
    const { user } = renderApp("/settings/account");
    const current = await screen.findByLabelText("Current password");
    await user.type(current, "wrong");
    await user.type(screen.getByLabelText("New password"), "a long sentence{Enter}");
    expect(await screen.findByText(/is not right/)).toBeInTheDocument();
    await user.clear(current);
    await user.type(current, "right{Enter}");
    expect(await screen.findByText(/Your password is changed/)).toBeInTheDocument();
    expect(sent.at(-1)).toEqual({ current: "right", new: "a long sentence" });
  });

  it("lists where one is signed in and ends it there", async () => {
    const ended: string[] = [];
    server.use(
      http.delete("*/sessions/:id", ({ params }) => {
        ended.push(String(params.id));
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = renderApp("/settings/account");
    expect(await screen.findByText("Firefox, Linux")).toBeInTheDocument();
    expect(screen.getByText("this browser")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Sign out A browser or program" }));
    expect(await screen.findByText("Signed out there.")).toBeInTheDocument();
    expect(ended).toEqual(["b"]);
  });
});

it("shows who did what, older on demand", async () => {
  const entry = (id: string, action: string) => ({
    id,
    at: "2026-11-22T14:02:00Z",
    actor: "person:1",
    actor_name: "Ann",
    action,
    target: null,
    details: { how: "password" },
    address: "192.168.1.5",
  });
  server.use(
    http.get("*/audit", ({ request }) =>
      new URL(request.url).searchParams.has("cursor")
        ? HttpResponse.json({ items: [entry("2", "signed_out")], next_cursor: null })
        : HttpResponse.json({ items: [entry("1", "signed_in")], next_cursor: "c" }),
    ),
  );
  const { user } = renderApp("/settings/audit");
  expect(await screen.findByText("Ann: signed in")).toBeInTheDocument();
  expect(screen.getByText(/from 192.168.1.5 · how: password/)).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Show older" }));
  expect(await screen.findByText("Ann: signed out")).toBeInTheDocument();
});

it("names browsers as people do", () => {
  expect(
    browserName("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile/15E148 Safari/604.1"),
  ).toBe("Safari, iPhone or iPad");
  expect(browserName("curl/8.5.0")).toBe("curl");
  expect(browserName("")).toBeNull();
});
