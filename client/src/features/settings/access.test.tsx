import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { camera, session } from "@/test/fixtures";
import { renderApp } from "@/test/render-app";
import { problem, server } from "@/test/server";

const list = (items: unknown[]) => () => HttpResponse.json({ items, next_cursor: null });
const ben = {
  id: "ben",
  name: "Ben",
  role: "viewer",
  camera_ids: null,
  created_at: "2026-11-22T14:02:00Z",
  last_seen_at: null,
};

function serve() {
  server.use(http.get("*/users", list([ben])), http.get("*/invitations", list([])));
}

it("changes what somebody may see, and brings a removed person back", async () => {
  serve();
  const sent: unknown[] = [];
  server.use(
    http.patch("*/users/:id", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(ben);
    }),
    http.delete("*/users/:id", () => HttpResponse.json({ id: "ben", undo_until: "2026-11-22T15:02:00Z" })),
  );
  const { user } = renderApp("/settings/people");
  await user.click(await screen.findByRole("button", { name: "Change" }));
  const people = screen.getByRole("region", { name: "Who has an account" });
  await user.selectOptions(within(people).getByLabelText("Role"), "member");
  await user.click(within(people).getByLabelText("All cameras"));
  await user.click(within(people).getByLabelText(camera.name));
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Ben's rights are changed.")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Remove Ben" }));
  await user.click(await screen.findByRole("button", { name: "Undo" }));
  expect(sent).toEqual([{ role: "member", camera_ids: [camera.id] }, { removed: false }]);
});

it("makes an invitation and shows its link once", async () => {
  serve();
  server.use(http.post("*/invitations", () => HttpResponse.json({ path: "/join/secret" }, { status: 201 })));
  const { user } = renderApp("/settings/people");
  await user.click(await screen.findByRole("button", { name: "Make the link" }));
  expect(await screen.findByLabelText(/Send this link/)).toHaveValue(`${window.location.origin}/join/secret`);
});

it("makes a token, offers no scope beyond one's role, and shows the token once", async () => {
  server.use(
    http.get("*/session", () => HttpResponse.json({ ...session, user: { ...session.user, role: "member" } })),
    http.get("*/tokens", list([])),
    http.post("*/tokens", () => HttpResponse.json({ token: "picam_script_x" }, { status: 201 })),
  );
  const { user } = renderApp("/settings/tokens");
  const scope = await screen.findByLabelText("What it may do");
  expect(within(scope).getAllByRole("option")).toHaveLength(2);
  await user.type(screen.getByLabelText("Name"), "Home Assistant{Enter}");
  expect(await screen.findByLabelText(/shown this once/)).toHaveValue("picam_script_x");
});

it("lets an invited person in, and says when the invitation is over", async () => {
  server.use(
    http.get("*/invitations/:secret", () =>
      HttpResponse.json({
        site: "Farm",
        invited_by: "Ann",
        role: "viewer",
        expires_at: "2026-11-25T14:02:00Z",
      }),
    ),
    http.post("*/invitations/:secret", () => HttpResponse.json(session, { status: 201 })),
  );
  const { user, unmount } = renderApp("/join/secret");
  expect(await screen.findByText(/Ann invites you to Farm/)).toBeInTheDocument();
  await user.type(screen.getByLabelText("Name"), "Ben");
  await user.type(screen.getByLabelText("Password"), "a long sentence{Enter}");
  await screen.findByRole("heading", { level: 1, name: "Events" });
  unmount();
  server.use(http.get("*/invitations/:secret", () => problem(404, "not_found", "Ask for a new one.")));
  renderApp("/join/secret");
  await screen.findByRole("heading", { level: 1, name: "This invitation is over" });
});

it("shows a shared event without signing in, and says when the link is over", async () => {
  server.use(
    http.get("*/session", () => problem(401, "unauthenticated", "Sign in first.")),
    http.get("*/shares/:secret", () =>
      HttpResponse.json({
        site: "Farm",
        time_zone: "UTC",
        camera: "Porch",
        expires_at: "2026-11-25T14:02:00Z",
        alert: null,
        images: [{ id: "i", timestamp: "2026-11-22T14:02:00Z", width: 64, height: 48, motion_boxes: [] }],
      }),
    ),
  );
  const { unmount } = renderApp("/share/secret");
  await screen.findByRole("heading", { level: 1, name: /^Porch/ });
  expect(screen.getByRole("link", { name: "Download" })).toHaveAttribute(
    "href",
    "/shares/secret/images/i/file",
  );
  unmount();
  server.use(http.get("*/shares/:secret", () => problem(404, "not_found", "Ask for a new one.")));
  renderApp("/share/secret");
  await screen.findByRole("heading", { level: 1, name: "This link is over" });
});

it("deletes a stretch of time and takes it back", async () => {
  const undone: string[] = [];
  server.use(
    http.get("*/privacy", () => HttpResponse.json({ strip_metadata: false })),
    http.post("*/erasures", () =>
      HttpResponse.json(
        { id: "d", images: 3, alerts: 1, more: false, undo_until: "2026-11-22T15:02:00Z" },
        { status: 201 },
      ),
    ),
    http.delete("*/deletions/:id", ({ params }) => {
      undone.push(String(params.id));
      return HttpResponse.json({});
    }),
  );
  const { user } = renderApp("/settings/privacy");
  await user.click(await screen.findByRole("button", { name: "Delete these recordings" }));
  expect(await screen.findByText(/3 pictures and 1 event were deleted/)).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Undo" }));
  expect(await screen.findByText("They are back.")).toBeInTheDocument();
  expect(undone).toEqual(["d"]);
});
