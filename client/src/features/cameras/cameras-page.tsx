// Cameras: how each one is, in plain sentences, and how to add one.
import { useQuery } from "@tanstack/react-query";
import { Cctv } from "lucide-react";
import { camerasQuery } from "@/api/cameras";
import { useTimeZone } from "@/api/session";
import { PageHeader } from "@/components/page-header";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/components/states";
import { texts } from "@/lib/texts";
import { useNow } from "@/lib/use-now";
import { useStandingError } from "@/lib/use-standing-error";
import { AddCamera } from "./add-camera";
import { CameraCard } from "./camera-card";

const GRID = "mt-4 grid gap-4 sm:grid-cols-[repeat(auto-fill,minmax(20rem,1fr))]";

export function CamerasPage() {
  const timeZone = useTimeZone();
  const now = useNow(5000);
  const query = useQuery(camerasQuery);
  const failure = useStandingError(query);
  const cameras = query.data;
  const online = cameras?.filter((camera) => camera.online).length ?? 0;
  return (
    <>
      <PageHeader
        title={texts.cameras.title}
        note={cameras && cameras.length > 0 && texts.cameras.count(online, cameras.length)}
      />
      {failure ? (
        <ErrorState
          title={texts.cameras.failed}
          detail={failure.message}
          onRetry={() => void query.refetch()}
        />
      ) : cameras === undefined ? (
        <Loading className={GRID}>
          <Skeleton className="h-96" />
          <Skeleton className="h-96" />
        </Loading>
      ) : cameras.length === 0 ? (
        <EmptyState icon={Cctv} title={texts.cameras.noneTitle} hint={texts.cameras.noneHint} />
      ) : (
        <ul className={GRID}>
          {cameras.map((camera) => (
            <li key={camera.id}>
              <CameraCard camera={camera} timeZone={timeZone} now={now} />
            </li>
          ))}
        </ul>
      )}
      {cameras && <AddCamera open={cameras.length === 0} />}
    </>
  );
}
