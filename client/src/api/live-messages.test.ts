import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseLiveMessage } from "./live-messages";

const example = (name: string) => readFileSync(`../contract/examples/ws-${name}.json`, "utf8");

describe("the contract's examples", () => {
  it.each(["hello", "changes", "resync", "heartbeat"])("%s is understood", (type) => {
    expect(parseLiveMessage(example(type))).toMatchObject({
      type,
      seq: expect.any(Number),
      cursor: expect.any(String),
    });
  });

  it("loses none of the changes", () => {
    const message = parseLiveMessage(example("changes"));
    const written = JSON.parse(example("changes")) as { changes: unknown[] };
    expect(message?.type === "changes" && message.changes).toEqual(written.changes);
  });
});

it("counts a message of a newer server, and leaves out kinds of change it does not know", () => {
  expect(parseLiveMessage('{"type":"weather","seq":3,"cursor":"x"}')).toEqual({
    type: "other",
    seq: 3,
    cursor: "x",
  });
  const mixed = '{"type":"changes","seq":1,"cursor":"x","changes":[{"kind":"clip"},{"kind":"review"}]}';
  expect(parseLiveMessage(mixed)).toMatchObject({ changes: [{ kind: "review" }] });
});

it.each([
  "",
  "[]",
  "null",
  '{"type":"hello"}',
  '{"type":"changes","seq":1,"cursor":"x"}',
  new ArrayBuffer(2),
])("takes %o for no message", (frame) => expect(parseLiveMessage(frame)).toBeNull());
