// Structural accessibility of each page: names, roles, landmarks, headings. Colour and size need a browser and are
// checked there, on every page at both widths and both themes.
import { screen } from "@testing-library/react";
import axe from "axe-core";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import { alertAt, imageAt } from "./fixtures";
import { renderApp } from "./render-app";
import { problem, serveAlerts, serveImages, server } from "./server";

beforeEach(() => {
  HTMLElement.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 390, 4000);
  serveAlerts([
    alertAt(0, { ended_at: null }),
    alertAt(1, { reviewed: true, starred: true, key_image_id: imageAt(1).id }),
  ]);
  serveImages([imageAt(0), imageAt(1)]);
  server.use(http.get("*/alerts/:id", () => HttpResponse.json(alertAt(0, { key_image_id: imageAt(0).id }))));
});

const rules = [
  "button-name",
  "link-name",
  "image-alt",
  "label",
  "list",
  "listitem",
  "dlitem",
  "heading-order",
  "aria-valid-attr-value",
  "aria-allowed-attr",
  "duplicate-id-aria",
  "page-has-heading-one",
  "landmark-one-main",
  "landmark-unique",
  "nested-interactive",
  "select-name",
  "document-title",
];

async function violations() {
  const { violations: found } = await axe.run(document, { runOnly: { type: "rule", values: rules } });
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

it.each([
  ["/", "Events"],
  [`/events/${alertAt(0).id}`, /Motion/],
  ["/gallery", "Images"],
  ["/settings/cameras", "Cameras"],
])("%s", async (path, heading) => {
  renderApp(path);
  await screen.findByRole("heading", { level: 1, name: heading });
  await screen.findAllByRole("img");
  expect(await violations()).toEqual([]);
});

it.each([
  ["/login", "Sign in", false],
  ["/welcome", "Welcome", true],
])("%s", async (path, heading, needed) => {
  server.use(
    http.get("*/session", () => problem(401, "unauthenticated", "Sign in first.")),
    http.get("*/setup", () => HttpResponse.json({ needed, code_required: true })),
  );
  renderApp(path);
  await screen.findByRole("heading", { level: 1, name: heading });
  expect(await violations()).toEqual([]);
});
