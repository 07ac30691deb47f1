// The picture that is shown, large: zoomed and moved by wheel, fingers, keys or buttons, with its motion boxes over it.
import { ChevronLeft, ChevronRight, Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useRef } from "react";
import { fileUrl } from "@/api/images";
import type { Image } from "@/api/wire";
import { IconButton } from "@/components/button";
import { FramedPicture } from "@/components/framed-picture";
import { useShortcuts } from "@/lib/shortcuts";
import { clockTime } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { eventTexts } from "@/lib/texts/event";
import { useZoom } from "./use-zoom";

type EventStageProps = {
  image: Image;
  index: number;
  total: number;
  cameraName: string;
  timeZone: string;
  boxes: boolean;
  onStep: (by: 1 | -1) => void;
};

const STAGE_HEIGHT = "max(15rem, calc(100dvh - 22rem))";
const DARK = "bg-black/55 hover:!bg-black/80 hover:!text-white";
const SIDE = `absolute top-1/2 -translate-y-1/2 !rounded-full ${DARK}`;
const PAN = 0.1;

export function EventStage({ image, index, total, cameraName, timeZone, boxes, onStep }: EventStageProps) {
  const stage = useRef<HTMLElement>(null);
  const { view, zoomed, handlers, zoomIn, zoomOut, pan, whole } = useZoom(stage, onStep);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another picture is seen whole first.
  useEffect(whole, [image.id]);
  useShortcuts({
    "+": zoomIn,
    "=": zoomIn,
    "-": zoomOut,
    "0": whole,
    ArrowLeft: (event) => (event.shiftKey && zoomed ? pan(PAN, 0) : onStep(-1)),
    ArrowRight: (event) => (event.shiftKey && zoomed ? pan(-PAN, 0) : onStep(1)),
    ArrowUp: () => zoomed && [pan(0, PAN)],
    ArrowDown: () => zoomed && [pan(0, -PAN)],
    f: () => void fullScreen(stage.current),
  });
  return (
    <figure
      ref={stage}
      data-image-id={image.id}
      data-scale={view.scale.toFixed(2)}
      {...handlers}
      className={`relative grid min-h-full place-items-center overflow-hidden bg-black ${zoomed ? "cursor-grab touch-none active:cursor-grabbing" : "touch-pan-y"}`}
    >
      <div
        className="w-full"
        style={{
          transform: zoomed
            ? `translate(${view.x * 100}%, ${view.y * 100}%) scale(${view.scale})`
            : undefined,
        }}
      >
        <FramedPicture
          src={fileUrl(image.id)}
          alt={texts.picture.alt(cameraName, clockTime(image.timestamp, timeZone, true))}
          width={image.width}
          height={image.height}
          color={image.average_color}
          boxes={boxes ? image.motion_boxes : []}
          maxHeight={STAGE_HEIGHT}
        />
      </div>
      <figcaption className="absolute bottom-2 left-2 rounded-sm bg-black/70 px-2 py-1 text-white text-xs tabular-nums">
        {eventTexts.picture(index + 1, total)} · {clockTime(image.timestamp, timeZone, true)}
      </figcaption>
      <div className="absolute right-2 bottom-2 flex gap-1">
        <IconButton
          icon={ZoomOut}
          label={eventTexts.zoomOut}
          tone="text-white"
          className={DARK}
          disabled={!zoomed}
          onClick={zoomOut}
        />
        <IconButton
          icon={ZoomIn}
          label={eventTexts.zoomIn}
          tone="text-white"
          className={DARK}
          onClick={zoomIn}
        />
        <IconButton
          icon={Maximize}
          label={eventTexts.fullScreen}
          tone="text-white"
          className={`${DARK} max-sm:hidden`}
          onClick={() => void fullScreen(stage.current)}
        />
      </div>
      {total > 1 && (
        <>
          <IconButton
            icon={ChevronLeft}
            label={eventTexts.previousPicture}
            tone="text-white"
            className={`${SIDE} left-2`}
            disabled={index <= 0}
            onClick={() => onStep(-1)}
          />
          <IconButton
            icon={ChevronRight}
            label={eventTexts.nextPicture}
            tone="text-white"
            className={`${SIDE} right-2`}
            disabled={index >= total - 1}
            onClick={() => onStep(1)}
          />
        </>
      )}
    </figure>
  );
}

async function fullScreen(element: HTMLElement | null): Promise<void> {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await element?.requestFullscreen();
  } catch {
    // Not every browser lets an element fill the screen; the picture can still be zoomed.
  }
}
