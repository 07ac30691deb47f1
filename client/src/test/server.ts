// The server as unit tests see it: signed in, one camera, and lists that a test sets.
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import type { Alert, Image } from "@/api/wire";
import { dayOf, dayRange } from "@/lib/site-time";
import { camera, session } from "./fixtures";

export const server = setupServer(
  http.get("*/session", () => HttpResponse.json(session)),
  http.get("*/setup", () => HttpResponse.json({ needed: false, code_required: false })),
  http.get("*/cameras", () => HttpResponse.json({ items: [camera], next_cursor: null })),
  http.get("*/alerts", () => HttpResponse.json({ items: [], next_cursor: null })),
  http.get("*/timeline", () => HttpResponse.json({ bucket: "5m", time_zone: "Europe/Berlin", items: [] })),
  http.get("*/images", () => HttpResponse.json({ items: [], next_cursor: null })),
  http.get("*/images/buckets", () =>
    HttpResponse.json({ time_zone: "Europe/Berlin", day: [], images: [], hours: [], next_before: null }),
  ),
);

export function serveAlerts(items: Alert[]): void {
  server.use(http.get("*/alerts", () => HttpResponse.json({ items, next_cursor: null })));
}

/** The gallery's days and pictures; days are the site's. Hands out what the list holds at the time. */
export function serveImages(items: readonly Image[]): void {
  const days = (request: Request) => {
    const starred = new URL(request.url).searchParams.get("starred") === "true";
    const found = new Map<string, Image[]>();
    for (const image of [...items].sort((a, b) => (a.timestamp < b.timestamp ? 1 : -1))) {
      if (starred && !image.starred) continue;
      const day = dayOf(image.timestamp, session.site.time_zone);
      found.set(day, [...(found.get(day) ?? []), image]);
    }
    return found;
  };
  server.use(
    http.get("*/images", () => HttpResponse.json({ items, next_cursor: null })),
    http.get("*/images/buckets", ({ request }) => {
      const found = [...days(request)];
      return HttpResponse.json({
        time_zone: session.site.time_zone,
        day: found.map(([day]) => day),
        images: found.map(([, images]) => images.length),
        hours: found.map(() => []),
        next_before: null,
      });
    }),
    http.get("*/images/buckets/:day", ({ request, params }) => {
      const day = String(params.day);
      const images = (days(request).get(day) ?? []).reverse();
      const start = Date.parse(dayRange(day, session.site.time_zone).from);
      return HttpResponse.json({
        day,
        started_at: new Date(start).toISOString(),
        camera_ids: [camera.id],
        id: images.map(({ id }) => id),
        camera: images.map(() => 0),
        offset_milliseconds: images.map(({ timestamp }) => Date.parse(timestamp) - start),
        color: images.map(() => 0x6f7a5c),
        width: images.map(({ width }) => width),
        height: images.map(({ height }) => height),
        starred: images.flatMap(({ starred }, index) => (starred ? [index] : [])),
        next_cursor: null,
      });
    }),
    http.get("*/images/:id", ({ params }) => {
      const found = items.find(({ id }) => id === params.id);
      return found ? HttpResponse.json(found) : problem(404, "not_found", "There is no image with this id.");
    }),
  );
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
