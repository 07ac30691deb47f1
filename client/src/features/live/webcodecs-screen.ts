// Live video by WebCodecs: the quickest way, on pages that came by https or from this machine.
import { nalUnits, parameterSets } from "./annexb";
import type { MakeScreen } from "./screen";

/** More waiting pictures than this is a machine that does not keep up: about a second's worth. */
const MOST_WAITING = 15;

export const webCodecsScreen: MakeScreen = ({ onShown, onNeedKey, onUnable }) => {
  const element = document.createElement("canvas");
  const context = element.getContext("2d");
  let decoder: VideoDecoder | null = null;
  let codec = "";
  let needsKey = true;
  let closed = false;

  const draw = (frame: VideoFrame) => {
    if (element.width !== frame.displayWidth || element.height !== frame.displayHeight) {
      element.width = frame.displayWidth;
      element.height = frame.displayHeight;
    }
    context?.drawImage(frame, 0, 0);
    const { timestamp } = frame;
    frame.close();
    if (!closed) onShown(timestamp);
  };

  const failed = () => {
    decoder = null;
    codec = "";
    if (closed) return;
    needsKey = true;
    onNeedKey();
  };

  const configure = (name: string) => {
    if (decoder?.state === "configured") decoder.close();
    codec = name;
    decoder = new VideoDecoder({ output: draw, error: failed });
    const config = { codec: name, optimizeForLatency: true };
    decoder.configure(config);
    void VideoDecoder.isConfigSupported(config).then(({ supported }) => {
      if (!supported && !closed) onUnable();
    });
  };

  return {
    element,
    show(unit) {
      if (decoder !== null && decoder.decodeQueueSize > MOST_WAITING && !needsKey) {
        needsKey = true;
        onNeedKey();
      }
      if (needsKey && !unit.key) return;
      try {
        if (unit.key) {
          const name = parameterSets(nalUnits(unit.data))?.codec ?? codec;
          if (name !== codec) configure(name);
          needsKey = false;
        }
        const { key, capturedUs, data } = unit;
        decoder?.decode(new EncodedVideoChunk({ type: key ? "key" : "delta", timestamp: capturedUs, data }));
      } catch {
        failed();
      }
    },
    close() {
      closed = true;
      if (decoder !== null && decoder.state !== "closed") decoder.close();
    },
  };
};
