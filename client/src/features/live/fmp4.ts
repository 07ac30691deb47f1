// Fragmented MP4 around H.264, one picture a fragment, for Media Source Extensions. Times in microseconds.
// Source: ISO/IEC 14496-12, 14496-15 (avcC).
import type { ParameterSets } from "./annexb";

export const TIMESCALE = 1_000_000;
type Part = number[] | Uint8Array;

/** What a source buffer wants first: the track and its decoder configuration. */
export function initSegment(
  { sps, pps }: ParameterSets,
  width: number,
  height: number,
): Uint8Array<ArrayBuffer> {
  const avcc = box("avcC", [
    [1, sps[1] ?? 0, sps[2] ?? 0, sps[3] ?? 0, 0xff, 0xe1, ...u16(sps.length)],
    sps,
    [1, ...u16(pps.length)],
    pps,
  ]);
  const avc1 = box("avc1", [
    [...zeros(6), ...u16(1), ...zeros(16), ...u16(width), ...u16(height)],
    [...u32(0x480000), ...u32(0x480000), ...zeros(4), ...u16(1), ...zeros(32), ...u16(24), 0xff, 0xff],
    avcc,
  ]);
  const table = box("stbl", [
    full("stsd", [u32(1), avc1]),
    full("stts", [u32(0)]),
    full("stsc", [u32(0)]),
    full("stsz", [u32(0), u32(0)]),
    full("stco", [u32(0)]),
  ]);
  const information = box("minf", [
    full("vmhd", [zeros(8)], 1),
    box("dinf", [full("dref", [u32(1), full("url ", [], 1)])]),
    table,
  ]);
  const media = box("mdia", [
    full("mdhd", [[...zeros(8), ...u32(TIMESCALE), ...u32(0), 0x55, 0xc4, 0, 0]]),
    full("hdlr", [[...zeros(4), ...ascii("vide"), ...zeros(12), 0]]),
    information,
  ]);
  const track = box("trak", [
    full(
      "tkhd",
      [
        [
          ...zeros(8),
          ...u32(1),
          ...zeros(8),
          ...zeros(12),
          ...zeros(4),
          ...MATRIX,
          ...u16(width),
          0,
          0,
          ...u16(height),
          0,
          0,
        ],
      ],
      3,
    ),
    media,
  ]);
  const movie = box("moov", [
    full("mvhd", [
      [
        ...zeros(8),
        ...u32(TIMESCALE),
        ...u32(0),
        ...u32(0x10000),
        ...u16(0x100),
        ...zeros(10),
        ...MATRIX,
        ...zeros(24),
        ...u32(2),
      ],
    ]),
    track,
    box("mvex", [full("trex", [[...u32(1), ...u32(1), ...zeros(12)]])]),
  ]);
  return join([box("ftyp", [[...ascii("iso5"), ...u32(1), ...ascii("iso5"), ...ascii("avc1")]]), movie]);
}

export type Sample = { key: boolean; timeUs: number; durationUs: number; data: Uint8Array };

/** One picture. */
export function fragment(number: number, { key, timeUs, durationUs, data }: Sample): Uint8Array<ArrayBuffer> {
  const flags = key ? 0x02000000 : 0x01010000;
  const high = Math.floor(timeUs / 2 ** 32);
  const track = (offset: number) =>
    box("traf", [
      full("tfhd", [u32(1)], 0x020000),
      full("tfdt", [[...u32(high), ...u32(timeUs % 2 ** 32)]], 0, 1),
      full(
        "trun",
        [[...u32(1), ...u32(offset), ...u32(durationUs), ...u32(data.length), ...u32(flags)]],
        0x701,
      ),
    ]);
  const head = (offset: number) => box("moof", [full("mfhd", [u32(number)]), track(offset)]);
  return join([head(head(0).length + 8), box("mdat", [data])]);
}

const MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].flatMap(u32);

function box(name: string, parts: Part[]): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, part) => sum + part.length, 8);
  return join([u32(size), ascii(name), ...parts]);
}

function full(name: string, parts: Part[], flags = 0, version = 0): Uint8Array<ArrayBuffer> {
  return box(name, [u32(version * 0x1000000 + flags), ...parts]);
}

function join(parts: Part[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function u32(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function u16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

function ascii(text: string): number[] {
  return [...text].map((sign) => sign.charCodeAt(0));
}
