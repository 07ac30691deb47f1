// Events without any event: no camera yet, a camera that watches, filters that match nothing.
import { Link } from "@tanstack/react-router";
import { Cctv, FilterX, Radar } from "lucide-react";
import type { Camera } from "@/api/wire";
import { Button, buttonClass } from "@/components/button";
import { EmptyState } from "@/components/states";
import { texts } from "@/lib/texts";
import { camerasTexts } from "@/lib/texts/cameras";
import { eventsTexts } from "@/lib/texts/events";
import { filtersTexts } from "@/lib/texts/filters";

type WaitingProps = { cameras: readonly Camera[] | undefined; onClear: (() => void) | undefined };

export function Waiting({ cameras, onClear }: WaitingProps) {
  if (onClear) {
    return (
      <EmptyState icon={FilterX} title={eventsTexts.noneForFilter}>
        <Button onClick={onClear}>{filtersTexts.clear}</Button>
      </EmptyState>
    );
  }
  if (cameras?.length === 0) {
    return (
      <EmptyState icon={Cctv} title={camerasTexts.noneTitle} hint={camerasTexts.noneHint}>
        <Link to="/settings/cameras" className={buttonClass("primary")}>
          {camerasTexts.addTitle}
        </Link>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={Radar} title={eventsTexts.waitingTitle} hint={eventsTexts.waitingHint} live>
      <ul className="mt-2 grid gap-2 text-left">
        {cameras?.map((camera) => (
          <li key={camera.id} className="flex items-center gap-2">
            <span aria-hidden className={`size-2.5 rounded-full ${camera.online ? "bg-ok" : "bg-bad"}`} />
            {camera.name}
            <span className="text-muted">{camera.online ? camerasTexts.online : camerasTexts.offline}</span>
          </li>
        ))}
      </ul>
      <Link to="/settings/cameras" className={buttonClass()}>
        {texts.nav.cameras}
      </Link>
    </EmptyState>
  );
}
