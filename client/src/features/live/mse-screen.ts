// Live video by Media Source Extensions: also on pages without https. Holds a small distance to the newest picture by
// playing a little faster when it falls behind, and jumps when that is too far.
import { lengthPrefixed, nalUnits, type ParameterSets, parameterSets, sizeOf } from "./annexb";
import { fragment, initSegment } from "./fmp4";
import type { MakeScreen } from "./screen";
import type { Unit } from "./unit";

const TARGET_SECONDS = 0.12;
const JUMP_SECONDS = 1.5;
const KEEP_SECONDS = 10;
const FIRST_DURATION_US = 100_000;
const MOST_WAITING = 60;

type Source = typeof MediaSource;
type Managed = { ManagedMediaSource?: Source };

export function mediaSource(): Source | undefined {
  return (window as unknown as Managed).ManagedMediaSource ?? window.MediaSource;
}

export const mseScreen: MakeScreen = ({ onShown, onNeedKey, onUnable }) => {
  const element = document.createElement("video");
  element.muted = true;
  element.playsInline = true;
  element.autoplay = true;
  element.disableRemotePlayback = true;
  let source: MediaSource | null = null;
  let buffer: SourceBuffer | null = null;
  let url = "";
  let epoch = -1;
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let firstUs = 0;
  let lastUs = 0;
  let durationUs = FIRST_DURATION_US;
  let count = 0;
  let needsKey = true;
  let closed = false;

  const append = () => {
    if (buffer === null || buffer.updating) return;
    try {
      const next = waiting.shift();
      if (next !== undefined) buffer.appendBuffer(next);
      else trim(buffer);
    } catch {
      begin(null);
    }
  };

  const trim = (from: SourceBuffer) => {
    const { currentTime } = element;
    if (from.buffered.length > 0 && from.buffered.start(0) < currentTime - 2 * KEEP_SECONDS) {
      from.remove(0, currentTime - KEEP_SECONDS);
    }
  };

  const keepUp = () => {
    if (element.buffered.length === 0) return;
    const end = element.buffered.end(element.buffered.length - 1);
    const target = TARGET_SECONDS + durationUs / 1e6;
    const behind = end - element.currentTime;
    if (behind > JUMP_SECONDS || element.currentTime < element.buffered.start(element.buffered.length - 1)) {
      element.currentTime = Math.max(0, end - target);
    }
    element.playbackRate = behind > target + 0.15 ? Math.min(1.5, 1 + behind - target) : 1;
    if (element.paused) void element.play().catch(() => undefined);
  };

  /** Begin anew with these parameter sets; null waits for a key unit. */
  const begin = (sets: ParameterSets | null) => {
    if (url) URL.revokeObjectURL(url);
    buffer = null;
    waiting = [];
    needsKey = sets === null;
    if (sets === null) {
      if (!closed) onNeedKey();
      return;
    }
    const Kind = mediaSource();
    const type = `video/mp4; codecs="${sets.codec}"`;
    if (!Kind?.isTypeSupported(type)) {
      onUnable();
      return;
    }
    const { width, height } = sizeOf(sets.sps);
    waiting.push(initSegment(sets, width, height));
    const mine = new Kind();
    source = mine;
    mine.addEventListener("sourceopen", () => {
      if (closed || source !== mine || buffer !== null) return;
      buffer = mine.addSourceBuffer(type);
      buffer.addEventListener("updateend", () => {
        keepUp();
        append();
      });
      append();
    });
    url = URL.createObjectURL(mine);
    element.src = url;
  };

  const onFrame: VideoFrameRequestCallback = (_now, { mediaTime }) => {
    if (closed) return;
    onShown(firstUs + Math.round(mediaTime * 1e6));
    element.requestVideoFrameCallback(onFrame);
  };
  element.requestVideoFrameCallback(onFrame);
  element.addEventListener("error", () => {
    if (!closed) begin(null);
  });

  const timeOf = (unit: Unit): number => {
    const since = unit.capturedUs - lastUs;
    if (since > 0 && since < 1e6) durationUs = since;
    lastUs = Math.max(unit.capturedUs, lastUs + 1);
    return lastUs - firstUs;
  };

  return {
    element,
    show(unit) {
      if (waiting.length > MOST_WAITING) begin(null);
      if (needsKey && !unit.key) return;
      const units = nalUnits(unit.data);
      const sets = unit.key ? parameterSets(units) : null;
      const jumped = Math.abs(unit.capturedUs - lastUs) > 60e6;
      if (sets !== null && (needsKey || jumped)) {
        firstUs = unit.capturedUs;
        lastUs = unit.capturedUs - 1;
        begin(sets);
      } else if (sets !== null && unit.epoch !== epoch) {
        const { width, height } = sizeOf(sets.sps);
        waiting.push(initSegment(sets, width, height));
      }
      epoch = unit.epoch;
      count += 1;
      const data = lengthPrefixed(units);
      waiting.push(fragment(count, { key: unit.key, timeUs: timeOf(unit), durationUs, data }));
      append();
    },
    close() {
      closed = true;
      if (url) URL.revokeObjectURL(url);
      element.removeAttribute("src");
      element.load();
    },
  };
};
