// One picture in a fixed tile: its average colour first, so that nothing flashes, then the picture. A picture that is
// not there yet (its thumbnail is still being made) is asked for again a few times before the tile says so.
import { ImageOff } from "lucide-react";
import { useEffect, useState } from "react";
import { texts } from "@/lib/texts";

const RETRY_MS = [700, 2000, 6000] as const;

type PictureProps = {
  src: string;
  alt: string;
  color?: string | null | undefined;
  fit?: "cover" | "contain";
  /** Loaded at once rather than when it comes near the screen. */
  eager?: boolean;
  className?: string;
};

export function Picture({ src, alt, color, fit = "cover", eager = false, className = "" }: PictureProps) {
  const [failed, setFailed] = useState({ src, times: 0 });
  const times = failed.src === src ? failed.times : 0;
  const wait = RETRY_MS[times - 1];
  // After a failure the element leaves and comes back: that is what makes a browser ask again.
  const [retried, setRetried] = useState({ src, times: 0 });
  const retriedTimes = retried.src === src ? retried.times : 0;

  useEffect(() => {
    if (wait === undefined) return;
    const timer = setTimeout(() => setRetried({ src, times }), wait);
    return () => clearTimeout(timer);
  }, [src, times, wait]);

  const missing = times > RETRY_MS.length;
  const showing = !missing && times === retriedTimes;
  return (
    <span
      className={`block size-full overflow-hidden bg-tile ${className}`}
      style={color ? { backgroundColor: color } : undefined}
    >
      {showing && (
        <img
          key={retriedTimes}
          src={src}
          alt={alt}
          loading={eager ? "eager" : "lazy"}
          decoding="async"
          draggable={false}
          onError={() => setFailed({ src, times: times + 1 })}
          className={`size-full ${fit === "cover" ? "object-cover" : "object-contain"}`}
        />
      )}
      {missing && (
        <span className="grid size-full place-content-center justify-items-center gap-1 p-2 text-center text-muted text-xs">
          <ImageOff aria-hidden className="size-5" />
          {texts.picture.missing}
        </span>
      )}
    </span>
  );
}
