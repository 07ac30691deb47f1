// What the camera sees now, a new picture every two seconds while the page is looked at, and where it last saw motion.
import { useEffect, useState } from "react";
import { onImageChange } from "@/api/image-changes";
import { fileUrl } from "@/api/images";
import type { Box, Camera } from "@/api/wire";
import { cameraSettingsTexts as t } from "@/lib/texts/camera-settings";

const EVERY_MS = 2000;
const MOTION_SHOWN_MS = 8000;

export function Preview({ camera }: { camera: Camera }) {
  const [shot, setShot] = useState(0);
  const [away, setAway] = useState(false);
  const boxes = useMotion(camera.id);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setShot((number) => number + 1);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  // Loaded out of sight first, so that the picture never blinks.
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    const image = new Image();
    const src = `/cameras/${camera.id}/snapshot.jpg?${shot}`;
    image.onload = () => {
      setShown(src);
      setAway(false);
    };
    image.onerror = () => setAway(true);
    image.src = src;
    return () => {
      image.onload = null;
      image.onerror = null;
    };
  }, [camera.id, shot]);
  const src = shown ?? (camera.latest_image_id ? fileUrl(camera.latest_image_id) : null);
  return (
    <>
      {src ? (
        <img
          src={src}
          alt={t.preview(camera.name)}
          draggable={false}
          className={`pointer-events-none block w-full ${away ? "opacity-60" : ""}`}
        />
      ) : (
        <div className="grid aspect-[4/3] place-items-center text-muted">{t.noPreview}</div>
      )}
      <svg
        aria-hidden="true"
        viewBox="0 0 1 1"
        preserveAspectRatio="none"
        className="pointer-events-none absolute inset-0 size-full"
        data-testid="motion"
      >
        {boxes.map(({ x, y, w, h }) => (
          <rect
            key={`${x},${y},${w},${h}`}
            {...{ x, y, width: w, height: h }}
            className="fill-none stroke-accent"
            strokeWidth="3"
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <p className="absolute top-2 left-2 rounded-sm bg-black/70 px-2 py-1 text-white text-xs" role="status">
        {boxes.length > 0 ? t.motionHere : away || shown === null ? t.lastKnown : t.now}
      </p>
    </>
  );
}

/** Where this camera saw motion a moment ago: the boxes of the pictures that come. */
function useMotion(cameraId: string): readonly Box[] {
  const [boxes, setBoxes] = useState<readonly Box[]>([]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onImageChange((change) => {
      if (change.action !== "created" || change.image.camera_id !== cameraId) return;
      if (change.image.motion_boxes.length === 0) return;
      setBoxes(change.image.motion_boxes);
      clearTimeout(timer);
      timer = setTimeout(() => setBoxes([]), MOTION_SHOWN_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [cameraId]);
  return boxes;
}
