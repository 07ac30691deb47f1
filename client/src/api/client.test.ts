import { HttpResponse, http as mock } from "msw";
import { expect, it } from "vitest";
import { problem, server } from "@/test/server";
import { addressOf, data, http } from "./client";
import { ProblemError } from "./problem";

it("fills in paths, and leaves out of a query what is not set", () => {
  expect(addressOf("/alerts/{alert_id}", { path: { alert_id: "a/b" } })).toBe("/alerts/a%2Fb");
  const query = { camera_id: ["x", "y"], cursor: null, day: undefined, limit: 50, starred: false };
  expect(addressOf("/alerts", { query })).toBe("/alerts?camera_id=x&camera_id=y&limit=50&starred=false");
});

it("sends JSON, and reads an answer without a body", async () => {
  const seen: unknown[] = [];
  server.use(
    mock.post("*/session", async ({ request }) => {
      seen.push(request.headers.get("Content-Type"), await request.json());
      return HttpResponse.json({ ok: true });
    }),
    mock.delete("*/session", () => new HttpResponse(null, { status: 204 })),
  );
  const body = { name: "Ann", password: "x" };
  expect(await data(http.POST("/session", { body }))).toEqual({ ok: true });
  expect(seen).toEqual(["application/json", body]);
  expect(await data(http.DELETE("/session"))).toBeUndefined();
});

it("turns every failure into a problem: the server's, a proxy's page, no answer at all", async () => {
  server.use(mock.get("*/session", () => problem(401, "unauthenticated", "Sign in first.")));
  await expect(data(http.GET("/session"))).rejects.toMatchObject({ status: 401, code: "unauthenticated" });
  server.use(mock.get("*/session", () => new HttpResponse("<h1>Bad gateway</h1>", { status: 502 })));
  await expect(data(http.GET("/session"))).rejects.toMatchObject({ status: 502, code: "http_502" });
  server.use(mock.get("*/session", () => HttpResponse.error()));
  await expect(data(http.GET("/session"))).rejects.toEqual(
    new ProblemError(0, "unreachable", "The server did not answer."),
  );
});

it("passes an abort on as it is", async () => {
  const stop = new AbortController();
  const asked = data(http.GET("/session", { signal: stop.signal }));
  stop.abort();
  await expect(asked).rejects.toHaveProperty("name", "AbortError");
});
