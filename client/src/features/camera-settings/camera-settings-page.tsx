// One camera's settings over what it sees: drawn, slid and chosen here, sent as a version that can be undone, and tried by
// the camera before it keeps it.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ChevronLeft, SearchX } from "lucide-react";
import { type CameraSettingsView, cameraSettingsQuery } from "@/api/camera-settings";
import { camerasQuery } from "@/api/cameras";
import { useSession, useTimeZone } from "@/api/session";
import type { Camera } from "@/api/wire";
import { PageHeader } from "@/components/page-header";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/components/states";
import { cameraSettingsTexts as t } from "@/lib/texts/camera-settings";
import { deviceTexts } from "@/lib/texts/device";
import { useStandingError } from "@/lib/use-standing-error";
import { AreasSetting } from "./areas-setting";
import { Device } from "./device";
import { HealthHistory } from "./health";
import { SendBar } from "./send-bar";
import { SettingsList } from "./settings-list";
import { SettingsState, Versions } from "./settings-state";
import { useDraft } from "./use-draft";

export function CameraSettingsPage() {
  const { cameraId } = useParams({ from: "/signed-in/settings/cameras/$cameraId" });
  const cameras = useQuery(camerasQuery);
  const settings = useQuery(cameraSettingsQuery(cameraId));
  const failure = useStandingError(settings);
  const camera = cameras.data?.find(({ id }) => id === cameraId);
  return (
    <>
      <Link
        to="/settings/cameras"
        className="inline-flex min-h-11 items-center gap-1 text-muted hover:text-text"
      >
        <ChevronLeft aria-hidden className="size-5" />
        {t.back}
      </Link>
      {failure ? (
        <ErrorState title={t.failed} detail={failure.message} onRetry={() => void settings.refetch()} />
      ) : cameras.data && !camera ? (
        <EmptyState icon={SearchX} title={t.noCamera} />
      ) : settings.data && camera ? (
        <Settings key={`${cameraId} ${settings.data.version}`} camera={camera} view={settings.data} />
      ) : (
        <Loading>
          <Skeleton className="mt-4 h-[60vh]" />
        </Loading>
      )}
    </>
  );
}

function Settings({ camera, view }: { camera: Camera; view: CameraSettingsView }) {
  const timeZone = useTimeZone();
  const mayChange = useSession().user.role === "admin";
  const draft = useDraft(view);
  return (
    <>
      <PageHeader title={camera.name} note={camera.online ? t.online : t.offline} />
      <div className="mt-4 grid gap-6 pb-20 lg:grid-cols-[minmax(0,1fr)_26rem]">
        <div className="grid content-start gap-4 lg:sticky lg:top-4 lg:self-start">
          <AreasSetting camera={camera} draft={draft} mayChange={mayChange} />
        </div>
        <div className="grid content-start gap-4">
          <SettingsState view={view} />
          <fieldset disabled={!mayChange}>
            <legend className="sr-only">{t.title}</legend>
            {!mayChange && <p className="pb-2 text-muted">{t.onlyAdmins}</p>}
            <SettingsList camera={camera} draft={draft} timeZone={timeZone} mayChange={mayChange} />
          </fieldset>
          <section aria-labelledby="versions" className="grid gap-2 border-line border-t pt-3">
            <h2 id="versions" className="font-semibold text-base">
              {t.versionsTitle}
            </h2>
            <Versions view={view} timeZone={timeZone} mayChange={mayChange} />
          </section>
          <section aria-labelledby="health" className="grid gap-2 border-line border-t pt-3">
            <h2 id="health" className="font-semibold text-base">
              {t.healthTitle}
            </h2>
            <HealthHistory cameraId={camera.id} timeZone={timeZone} />
          </section>
          {mayChange && (
            <section aria-labelledby="device" className="grid gap-3 border-line border-t pt-3">
              <h2 id="device" className="font-semibold text-base">
                {deviceTexts.title}
              </h2>
              <Device camera={camera} />
            </section>
          )}
        </div>
      </div>
      {draft.count > 0 && <SendBar camera={camera} view={view} draft={draft} />}
    </>
  );
}
