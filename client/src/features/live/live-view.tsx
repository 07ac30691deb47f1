// One camera's live picture, with its age always in sight: a frozen picture must never look like a live one.
import { VideoOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { thumbnailUrl } from "@/api/images";
import type { Camera } from "@/api/wire";
import { liveTexts } from "@/lib/texts/live";
import { LivePlayer, type LiveStatus } from "./player";

const STALE_MS = 3000;
const LOOK_EVERY_MS = 250;
const t = liveTexts;

export function LiveView({ camera }: { camera: Camera }) {
  const place = useRef<HTMLDivElement>(null);
  const [status, setStatus] = useState<LiveStatus | null>(null);

  useEffect(() => {
    if (place.current === null) return;
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    const player = new LivePlayer(
      `${scheme}://${window.location.host}/cameras/${camera.id}/live`,
      place.current,
    );
    const timer = setInterval(() => setStatus(player.status()), LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
      player.stop();
    };
  }, [camera.id]);

  const age = status?.ageMs ?? null;
  const fresh = age !== null && age < STALE_MS;
  return (
    <div
      className="relative aspect-video overflow-hidden bg-tile"
      data-live={fresh ? "live" : "stale"}
      data-shown={status?.shown ?? 0}
      data-way={status?.way}
    >
      {camera.latest_image_id && age === null && (
        <img
          src={thumbnailUrl(camera.latest_image_id)}
          alt=""
          className="absolute inset-0 size-full object-contain opacity-50 grayscale"
        />
      )}
      <div
        ref={place}
        role="img"
        aria-label={t.picture(camera.name)}
        className={`absolute inset-0 ${age === null || fresh ? "" : "opacity-60 grayscale"}`}
      />
      <p
        className={`absolute bottom-2 left-2 flex items-center gap-1.5 rounded-sm px-2 py-1 text-xs tabular-nums ${fresh ? "bg-surface/85 text-text" : "bg-bad text-white"}`}
      >
        {!fresh && <VideoOff aria-hidden className="size-3.5" />}
        {sentence(status)}
      </p>
    </div>
  );
}

function sentence(status: LiveStatus | null): string {
  if (status === null) return t.connecting;
  const { ageMs, state } = status;
  if (ageMs !== null && ageMs < STALE_MS) return t.live(ageMs);
  if (state === "refused") return t.refused;
  const why = state === "away" ? t.away : state === "starting" || ageMs === null ? t.starting : t.connecting;
  return ageMs === null ? why : `${t.old(Math.round(ageMs / 1000))} ${why}`;
}
