// H.264 in Annex B: cutting it into NAL units, and reading what a decoder wants to know from the parameter sets.
// Source: ITU-T H.264, 7.3.1, 7.3.2.1.1, B.1.

const SPS = 7;
const PPS = 8;

export type ParameterSets = { sps: Uint8Array; pps: Uint8Array; codec: string };

/** The NAL units of an access unit, without start codes. */
export function nalUnits(data: Uint8Array): Uint8Array[] {
  const starts: number[] = [];
  for (let at = 0; at + 2 < data.length; at += 1) {
    if (data[at] === 0 && data[at + 1] === 0 && data[at + 2] === 1) {
      starts.push(at + 3);
      at += 2;
    }
  }
  return starts.map((start, index) => {
    const next = starts[index + 1];
    let end = next === undefined ? data.length : next - 3;
    // Zeros before a start code belong to it.
    while (next !== undefined && end > start && data[end - 1] === 0) end -= 1;
    return data.subarray(start, end);
  });
}

/** The parameter sets of a key unit, and the codec by the name browsers know it under; null when they are not in it. */
export function parameterSets(units: Uint8Array[]): ParameterSets | null {
  const sps = units.find((unit) => kindOf(unit) === SPS);
  const pps = units.find((unit) => kindOf(unit) === PPS);
  if (sps === undefined || pps === undefined || sps.length < 4) return null;
  const hex = [...sps.subarray(1, 4)].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase());
  return { sps, pps, codec: `avc1.${hex.join("")}` };
}

/** Picture data for MP4: each NAL unit behind its length; parameter sets stand in the MP4's own header. */
export function lengthPrefixed(units: Uint8Array[]): Uint8Array {
  const pictures = units.filter((unit) => kindOf(unit) !== SPS && kindOf(unit) !== PPS);
  const out = new Uint8Array(pictures.reduce((sum, unit) => sum + 4 + unit.length, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const unit of pictures) {
    view.setUint32(at, unit.length);
    out.set(unit, at + 4);
    at += 4 + unit.length;
  }
  return out;
}

function kindOf(unit: Uint8Array): number {
  return (unit[0] ?? 0) & 0x1f;
}

/** The picture's size in pixels as the sequence parameter set says. */
export function sizeOf(sps: Uint8Array): { width: number; height: number } {
  const bits = new Bits(withoutEscapes(sps.subarray(4)));
  const profile = sps[1] ?? 0;
  bits.exp();
  let chroma = 1;
  if ([100, 110, 122, 244, 44, 83, 86, 118, 128].includes(profile)) {
    chroma = bits.exp();
    if (chroma === 3) bits.read(1);
    bits.exp();
    bits.exp();
    bits.read(1);
    if (bits.read(1)) skipScalingLists(bits, chroma === 3 ? 12 : 8);
  }
  bits.exp();
  skipOrder(bits);
  bits.exp();
  bits.read(1);
  const across = bits.exp() + 1;
  const down = bits.exp() + 1;
  const frames = bits.read(1);
  if (!frames) bits.read(1);
  bits.read(1);
  const crop = bits.read(1) ? [bits.exp(), bits.exp(), bits.exp(), bits.exp()] : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const stepX = chroma === 1 || chroma === 2 ? 2 : 1;
  const stepY = (chroma === 1 ? 2 : 1) * (2 - frames);
  return {
    width: across * 16 - stepX * (left + right),
    height: down * 16 * (2 - frames) - stepY * (top + bottom),
  };
}

function skipOrder(bits: Bits): void {
  const kind = bits.exp();
  if (kind === 0) bits.exp();
  if (kind !== 1) return;
  bits.read(1);
  bits.exp();
  bits.exp();
  for (let left = bits.exp(); left > 0; left -= 1) bits.exp();
}

function skipScalingLists(bits: Bits, count: number): void {
  for (let list = 0; list < count; list += 1) {
    if (!bits.read(1)) continue;
    let last = 8;
    let next = 8;
    for (let at = 0; at < (list < 6 ? 16 : 64); at += 1) {
      if (next !== 0) next = (last + bits.signedExp() + 256) % 256;
      last = next === 0 ? last : next;
    }
  }
}

function withoutEscapes(data: Uint8Array): Uint8Array {
  return data.filter((byte, at) => !(byte === 3 && data[at - 1] === 0 && data[at - 2] === 0));
}

class Bits {
  private at = 0;

  constructor(private readonly data: Uint8Array) {}

  read(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left -= 1) {
      const byte = this.data[this.at >> 3] ?? 0;
      value = value * 2 + ((byte >> (7 - (this.at & 7))) & 1);
      this.at += 1;
    }
    return value;
  }

  /** Exponential Golomb code (9.1). */
  exp(): number {
    let zeros = 0;
    while (zeros < 32 && this.at < this.data.length * 8 && this.read(1) === 0) zeros += 1;
    return 2 ** zeros - 1 + this.read(zeros);
  }

  signedExp(): number {
    const value = this.exp();
    return value % 2 ? (value + 1) / 2 : -value / 2;
  }
}
