import { expect, it } from "vitest";
import { lengthPrefixed, nalUnits, parameterSets, sizeOf } from "./annexb";
import { fragment, initSegment } from "./fmp4";
import { KEY_UNIT } from "./key-unit.fixture";

const units = nalUnits(KEY_UNIT);

it("finds the NAL units of what a camera's encoder wrote", () => {
  expect(units.map((unit) => (unit[0] ?? 0) & 31)).toEqual([7, 8, 5]);
  expect(nalUnits(new Uint8Array([0, 0, 1, 9, 0, 0, 0, 1, 5, 1]))).toEqual([
    new Uint8Array([9]),
    new Uint8Array([5, 1]),
  ]);
  expect(nalUnits(new Uint8Array([1, 2, 3]))).toEqual([]);
});

it("reads codec and size from the parameter sets", () => {
  const sets = parameterSets(units);
  expect(sets?.codec).toMatch(/^avc1\.42C0[0-9A-F]{2}$/);
  expect(sizeOf(sets?.sps ?? new Uint8Array())).toEqual({ width: 96, height: 72 });
  expect(parameterSets(units.slice(1))).toBeNull();
});

/** The boxes of an MP4 by their path, each once. */
function boxes(data: Uint8Array, path = ""): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  const containers = ["moov", "trak", "mdia", "minf", "stbl", "dinf", "mvex", "moof", "traf"];
  for (let at = 0; at < data.length; ) {
    const size = new DataView(data.buffer, data.byteOffset + at).getUint32(0);
    const name = String.fromCharCode(...data.subarray(at + 4, at + 8));
    expect(size).toBeGreaterThanOrEqual(8);
    expect(at + size).toBeLessThanOrEqual(data.length);
    const body = data.subarray(at + 8, at + size);
    found.set(path + name, body);
    if (containers.includes(name))
      for (const [inner, bytes] of boxes(body, `${path}${name}/`)) found.set(inner, bytes);
    at += size;
  }
  return found;
}

it("wraps them as MP4 whose sizes and offsets add up", () => {
  const sets = parameterSets(units);
  if (sets === null) throw new Error("no parameter sets");
  const init = boxes(initSegment(sets, 96, 72));
  expect(init.has("moov/trak/mdia/minf/stbl/stsd")).toBe(true);
  const data = lengthPrefixed(units);
  expect(data.length).toBe(units.slice(2).reduce((sum, unit) => sum + 4 + unit.length, 0));
  const whole = fragment(7, { key: true, timeUs: 2 ** 33 + 5, durationUs: 100_000, data });
  const parts = boxes(whole);
  const run = parts.get("moof/traf/trun");
  if (run === undefined) throw new Error("no run");
  const offset = new DataView(run.buffer, run.byteOffset).getUint32(8);
  expect(whole.subarray(offset)).toEqual(data);
  const time = parts.get("moof/traf/tfdt");
  if (time === undefined) throw new Error("no time");
  expect(new DataView(time.buffer, time.byteOffset).getBigUint64(4)).toBe(2n ** 33n + 5n);
});
