// Cameras: how each one is, in plain sentences, and the way to add one.
import { useQuery } from "@tanstack/react-query";
import { Cctv } from "lucide-react";
import { camerasQuery } from "@/api/cameras";
import { useTimeZone } from "@/api/session";
import { PageHeader } from "@/components/page-header";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/components/states";
import { camerasTexts } from "@/lib/texts/cameras";
import { useNow } from "@/lib/use-now";
import { useStandingError } from "@/lib/use-standing-error";
import { AddCamera } from "./add-camera";
import { ArmAll } from "./arm-all";
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
        title={camerasTexts.title}
        note={cameras && cameras.length > 0 && camerasTexts.count(online, cameras.length)}
      >
        {cameras && cameras.length > 0 && <ArmAll cameras={cameras} />}
        {cameras && cameras.length > 0 && <AddCamera />}
      </PageHeader>
      {failure ? (
        <ErrorState
          title={camerasTexts.failed}
          detail={failure.message}
          onRetry={() => void query.refetch()}
        />
      ) : cameras === undefined ? (
        <Loading className={GRID}>
          <Skeleton className="h-96" />
          <Skeleton className="h-96" />
        </Loading>
      ) : cameras.length === 0 ? (
        <EmptyState icon={Cctv} title={camerasTexts.noneTitle} hint={camerasTexts.noneHint}>
          <AddCamera />
        </EmptyState>
      ) : (
        <ul className={GRID}>
          {cameras.map((camera) => (
            <li key={camera.id}>
              <CameraCard camera={camera} timeZone={timeZone} now={now} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
