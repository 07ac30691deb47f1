// A picture at its own shape, as large as fits, with its motion boxes drawn over it.
import { Picture } from "./picture";

type Rect = { x: number; y: number; w: number; h: number };
type FramedPictureProps = {
  src: string;
  alt: string;
  width: number;
  height: number;
  color: string | null;
  boxes: readonly Rect[];
  /** Height to stay within, as a CSS length. */
  maxHeight: string;
};

export function FramedPicture({ src, alt, width, height, color, boxes, maxHeight }: FramedPictureProps) {
  const ratio = width / height;
  return (
    <div
      className="relative mx-auto overflow-hidden"
      style={{ aspectRatio: `${width} / ${height}`, width: `min(100%, calc(${maxHeight} * ${ratio}))` }}
    >
      <Picture src={src} alt={alt} color={color} fit="contain" eager />
      {boxes.length > 0 && (
        <svg
          aria-hidden="true"
          viewBox="0 0 1 1"
          preserveAspectRatio="none"
          className="pointer-events-none absolute inset-0 size-full"
          data-testid="motion-boxes"
        >
          {boxes.map(({ x, y, w, h }) => (
            <g key={`${x},${y},${w},${h}`} fill="none" vectorEffect="non-scaling-stroke">
              <rect
                {...{ x, y, width: w, height: h }}
                className="stroke-black/60"
                strokeWidth="4"
                vectorEffect="non-scaling-stroke"
              />
              <rect
                {...{ x, y, width: w, height: h }}
                className="stroke-accent"
                strokeWidth="2"
                vectorEffect="non-scaling-stroke"
              />
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}
