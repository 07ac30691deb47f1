// One camera: its last picture, its state in a sentence, and its figures.
import { Link } from "@tanstack/react-router";
import { CameraOff, Images, SlidersHorizontal, TriangleAlert, Zap } from "lucide-react";
import type { ReactNode } from "react";
import { thumbnailUrl } from "@/api/images";
import type { Camera } from "@/api/wire";
import { buttonClass } from "@/components/button";
import { Clock } from "@/components/clock";
import { Picture } from "@/components/picture";
import { ago, bytes } from "@/lib/measures";
import { clockTime, dateAndTime } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { camerasTexts } from "@/lib/texts/cameras";
import { cameraState, wifiWord } from "./camera-state";

const DOT = { ok: "bg-ok", busy: "bg-accent animate-breathe", bad: "bg-bad" } as const;
const t = camerasTexts;

export function CameraCard({ camera, timeZone, now }: { camera: Camera; timeZone: string; now: number }) {
  const state = cameraState(camera, new Date(now), (instant, long) =>
    long ? dateAndTime(instant, timeZone) : clockTime(instant, timeZone),
  );
  return (
    <article
      data-camera-id={camera.id}
      data-online={camera.online}
      className={`overflow-hidden rounded-md border bg-surface ${state.tone === "bad" ? "border-bad/50" : "border-line"}`}
    >
      <div className="relative aspect-video bg-tile">
        {camera.latest_image_id ? (
          <Picture
            src={thumbnailUrl(camera.latest_image_id)}
            alt={texts.picture.alt(camera.name, t.lastMotion)}
            className={camera.online ? "" : "opacity-50 grayscale"}
          />
        ) : (
          <span className="grid size-full place-content-center justify-items-center gap-2 text-muted">
            <CameraOff aria-hidden className="size-6" />
            {t.noPicture}
          </span>
        )}
      </div>
      <div className="grid gap-4 p-4">
        <div>
          <h2 className="flex items-center gap-2.5 font-semibold text-base">
            <span aria-hidden className={`size-2.5 shrink-0 rounded-full ${DOT[state.tone]}`} />
            {camera.name}
          </h2>
          <p className={`mt-0.5 ${state.tone === "bad" ? "text-bad" : "text-muted"}`}>{state.sentence}</p>
        </div>
        {state.warnings.length > 0 && (
          <ul className="grid gap-2 rounded-sm bg-accent-soft p-3">
            {state.warnings.map((warning) => (
              <li key={warning} className="flex gap-2">
                <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-accent-text" />
                {warning}
              </li>
            ))}
          </ul>
        )}
        <CameraFigures camera={camera} timeZone={timeZone} now={now} />
        <div className="-mb-1 flex gap-2">
          <Link to="/" search={{ camera: camera.id }} className={buttonClass("outline", "flex-1")}>
            <Zap aria-hidden className="size-[18px]" />
            {texts.nav.events}
          </Link>
          <Link to="/gallery" search={{ camera: camera.id }} className={buttonClass("outline", "flex-1")}>
            <Images aria-hidden className="size-[18px]" />
            {texts.nav.images}
          </Link>
          <Link
            to="/settings/cameras/$cameraId"
            params={{ cameraId: camera.id }}
            aria-label={`${t.settings}: ${camera.name}`}
            title={t.settings}
            className={buttonClass("outline", "!px-3")}
          >
            <SlidersHorizontal aria-hidden className="size-[18px]" />
          </Link>
        </div>
      </div>
    </article>
  );
}

function CameraFigures({ camera, timeZone, now }: { camera: Camera; timeZone: string; now: number }) {
  const { health, last_seen_at: seen, last_alert_at: moved } = camera;
  const waiting = health?.spool_files ?? 0;
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-2.5">
      <Figure name={t.lastSeen}>{seen ? ago(seen, now) : t.neverSeen}</Figure>
      <Figure name={t.lastMotion}>
        {moved ? (
          <Clock at={moved} timeZone={timeZone} date={now - Date.parse(moved) > 43_200_000} />
        ) : (
          t.neverSeen
        )}
      </Figure>
      <Figure name={t.waiting}>
        {waiting > 0 ? t.waitingFiles(waiting, bytes(health?.spool_bytes ?? 0)) : t.nothingWaiting}
      </Figure>
      {typeof health?.temperature_celsius === "number" && (
        <Figure name={t.temperature}>{`${health.temperature_celsius.toFixed(0)} °C`}</Figure>
      )}
      {typeof health?.wifi_signal_dbm === "number" && (
        <Figure name={t.wifi}>{`${wifiWord(health.wifi_signal_dbm)} (${health.wifi_signal_dbm} dBm)`}</Figure>
      )}
      {typeof health?.disk_free_bytes === "number" && (
        <Figure name={t.disk}>{bytes(health.disk_free_bytes)}</Figure>
      )}
      {camera.agent_version && <Figure name={t.version}>{camera.agent_version}</Figure>}
    </dl>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted text-xs">{name}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}
