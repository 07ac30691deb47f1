// One camera, as large as the window.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, Cctv, Maximize } from "lucide-react";
import { useRef } from "react";
import { camerasQuery } from "@/api/cameras";
import { Button, buttonClass } from "@/components/button";
import { PageHeader } from "@/components/page-header";
import { EmptyState, Loading, Skeleton } from "@/components/states";
import { liveTexts } from "@/lib/texts/live";
import { LiveView } from "./live-view";

export function LiveCameraPage() {
  const { cameraId } = useParams({ from: "/signed-in/live/$cameraId" });
  const { data: cameras } = useQuery(camerasQuery);
  const frame = useRef<HTMLDivElement>(null);
  const camera = cameras?.find(({ id }) => id === cameraId);
  if (cameras === undefined)
    return (
      <Loading className="mt-4">
        <Skeleton className="aspect-video" />
      </Loading>
    );
  if (camera === undefined) return <EmptyState icon={Cctv} title={liveTexts.gone} />;
  return (
    <>
      <PageHeader title={camera.name}>
        <Link to="/live" className={buttonClass("outline")}>
          <ArrowLeft aria-hidden className="size-[18px]" />
          {liveTexts.all}
        </Link>
        <Button icon={Maximize} onClick={() => void frame.current?.requestFullscreen()}>
          {liveTexts.fullScreen}
        </Button>
      </PageHeader>
      <div
        ref={frame}
        className="mx-auto mt-4 max-w-[calc((100dvh-9rem)*16/9)] overflow-hidden rounded-md border border-line"
      >
        <LiveView camera={camera} />
      </div>
    </>
  );
}
