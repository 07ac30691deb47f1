// Rules of the house that no linter knows: small modules that say what they are for.
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const modules = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && name !== "api/schema.ts")
  .map((name) => ({ name, text: readFileSync(`src/${name}`, "utf8") }));

it("no module is above 400 lines, and half of them are below 120", () => {
  const lines = modules.map(({ text }) => text.split("\n").length).sort((a, b) => a - b);
  expect(lines.at(-1)).toBeLessThanOrEqual(400);
  expect(lines[Math.floor(lines.length / 2)]).toBeLessThan(120);
});

it.each(modules)("$name opens with its duty", ({ text }) => expect(text).toMatch(/^\/\/ \S/));

it.each(modules)("$name puts no secret into storage and needs no secure context", ({ text }) => {
  expect(text).not.toMatch(
    /localStorage.*(token|session)|crypto\.randomUUID|navigator\.clipboard|dangerouslySetInnerHTML/,
  );
});
