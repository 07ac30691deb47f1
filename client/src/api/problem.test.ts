import { expect, it } from "vitest";
import problemExample from "../../../contract/examples/problem.json";
import { isUnreachable, ProblemError, problemFrom } from "./problem";

it("keeps the server's words and its fields", () => {
  const error = problemFrom(422, problemExample);
  expect(error).toMatchObject({ status: 422, code: "invalid_request", message: problemExample.detail });
  expect(error.fields).toHaveProperty("timestamp");
});

it("makes the best of an answer that is no problem document", () => {
  expect(problemFrom(502, "<html>Bad gateway</html>")).toMatchObject({ status: 502, code: "http_502" });
});

it("tells a server that is away from one that refuses", () => {
  expect(isUnreachable(new ProblemError(0, "unreachable", ""))).toBe(true);
  expect(isUnreachable(problemFrom(403, {}))).toBe(false);
  expect(isUnreachable(new Error("ours"))).toBe(false);
});
