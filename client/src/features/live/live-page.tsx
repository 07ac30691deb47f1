// All cameras at once. A camera sends only while its tile is on the screen.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Cctv } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { camerasQuery } from "@/api/cameras";
import type { Camera } from "@/api/wire";
import { PageHeader } from "@/components/page-header";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/components/states";
import { camerasTexts } from "@/lib/texts/cameras";
import { liveTexts } from "@/lib/texts/live";
import { useStandingError } from "@/lib/use-standing-error";
import { LiveView } from "./live-view";

const GRID = "mt-4 grid gap-4 sm:grid-cols-2 2xl:grid-cols-3";

export function LivePage() {
  const query = useQuery(camerasQuery);
  const failure = useStandingError(query);
  const cameras = query.data;
  return (
    <>
      <PageHeader title={liveTexts.title} />
      {failure ? (
        <ErrorState title={liveTexts.failed} detail={failure.message} onRetry={() => void query.refetch()} />
      ) : cameras === undefined ? (
        <Loading className={GRID}>
          <Skeleton className="aspect-video" />
          <Skeleton className="aspect-video" />
        </Loading>
      ) : cameras.length === 0 ? (
        <EmptyState icon={Cctv} title={camerasTexts.noneTitle} hint={camerasTexts.noneHint} />
      ) : (
        <ul className={GRID}>
          {cameras.map((camera) => (
            <Tile key={camera.id} camera={camera} />
          ))}
        </ul>
      )}
    </>
  );
}

function Tile({ camera }: { camera: Camera }) {
  const tile = useRef<HTMLLIElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (tile.current === null) return;
    const observer = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting ?? false));
    observer.observe(tile.current);
    return () => observer.disconnect();
  }, []);
  return (
    <li
      ref={tile}
      data-camera-id={camera.id}
      className="overflow-hidden rounded-md border border-line bg-surface"
    >
      {seen ? <LiveView camera={camera} /> : <div className="aspect-video bg-tile" />}
      <Link
        to="/live/$cameraId"
        params={{ cameraId: camera.id }}
        className="-outline-offset-2 block min-h-11 px-4 py-3 font-medium hover:bg-raised"
      >
        {camera.name}
      </Link>
    </li>
  );
}
