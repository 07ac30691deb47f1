import { describe, expect, it } from "vitest";
import { holdList, newerFirst } from "./held-list";

const item = (name: string) => ({
  id: name,
  timestamp: `2026-11-22T14:0${name.slice(1, 2)}:00Z`,
  text: name,
});
const [a9, a8, a7, a5, a3] = ["a9", "a8", "a7", "a5", "a3"].map(item) as [
  ReturnType<typeof item>,
  ReturnType<typeof item>,
  ReturnType<typeof item>,
  ReturnType<typeof item>,
  ReturnType<typeof item>,
];
const names = (items: readonly { id: string }[]) => items.map(({ id }) => id);

describe("while a person looks", () => {
  it("keeps newer items waiting and counts them", () => {
    const held = holdList([a7, a5], [a9, a8, a7, a5], true);
    expect(names(held.shown)).toEqual(["a7", "a5"]);
    expect(held.waiting).toBe(2);
  });

  it("also keeps a late one waiting that belongs between two that are shown", () => {
    const held = holdList([a9, a5], [a9, a7, a5], true);
    expect(names(held.shown)).toEqual(["a9", "a5"]);
    expect(held.waiting).toBe(1);
  });

  it("lets older ones join at the end, where they move nothing", () => {
    const held = holdList([a9, a5], [a9, a5, a3], true);
    expect(names(held.shown)).toEqual(["a9", "a5", "a3"]);
    expect(held.waiting).toBe(0);
  });

  it("shows changes of what stands there", () => {
    const held = holdList([a7], [{ ...a7, text: "ended" }], true);
    expect(held.shown[0]?.text).toBe("ended");
  });

  it("keeps what a filter lost, but not what was deleted", () => {
    const held = holdList([a9, a7, a5], [a5], true, (id) => id === "a7");
    expect(names(held.shown)).toEqual(["a9", "a5"]);
  });
});

it("shows everything as it is when nobody is busy with it, or nothing was shown yet", () => {
  expect(names(holdList([a5], [a9, a5], false).shown)).toEqual(["a9", "a5"]);
  expect(names(holdList([], [a9, a5], true).shown)).toEqual(["a9", "a5"]);
});

it("orders as the server does: time, then id, newest first", () => {
  const twin = { ...a7, id: "b7" };
  expect(names([a3, a7, twin, a9].sort(newerFirst))).toEqual(["a9", "b7", "a7", "a3"]);
});
