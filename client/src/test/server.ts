// The server as unit tests see it: signed in, one camera, and lists that a test sets.
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import type { Alert, Image } from "@/api/wire";
import { camera, session } from "./fixtures";

export const server = setupServer(
  http.get("*/session", () => HttpResponse.json(session)),
  http.get("*/setup", () => HttpResponse.json({ needed: false, code_required: false })),
  http.get("*/cameras", () => HttpResponse.json({ items: [camera], next_cursor: null })),
  http.get("*/alerts", () => HttpResponse.json({ items: [], next_cursor: null })),
  http.get("*/images", () => HttpResponse.json({ items: [], next_cursor: null })),
);

export function serveAlerts(items: Alert[]): void {
  server.use(http.get("*/alerts", () => HttpResponse.json({ items, next_cursor: null })));
}

export function serveImages(items: Image[]): void {
  server.use(http.get("*/images", () => HttpResponse.json({ items, next_cursor: null })));
}

export function problem(
  status: number,
  code: string,
  detail: string,
  errors?: { field: string; message: string }[],
) {
  return HttpResponse.json(
    { type: `urn:picam:problem:${code}`, title: code, status, detail, code, errors },
    { status },
  );
}
