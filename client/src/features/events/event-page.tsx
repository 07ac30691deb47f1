// One event: its pictures large and as a filmstrip, its times, and what can be done with it. Fills itself while it lasts.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { useEffect } from "react";
import { alertQuery } from "@/api/alerts";
import { useCameraNames } from "@/api/cameras";
import { isNotFound } from "@/api/problem";
import { useTimeZone } from "@/api/session";
import { PageHeader } from "@/components/page-header";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/components/states";
import { dayName, dayOf } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { useStandingError } from "@/lib/use-standing-error";
import { BackToEvents, EventNavigation } from "./event-navigation";
import { EventView } from "./event-view";
import type { EventSearch } from "./search";
import { rememberOpened } from "./use-event-keys";
import { useNeighbours } from "./use-neighbours";

export function EventPage() {
  const { eventId } = useParams({ from: "/signed-in/events/$eventId" });
  const { image, ...search }: EventSearch = useSearch({ from: "/signed-in/events/$eventId" });
  const timeZone = useTimeZone();
  const cameraName = useCameraNames();
  const query = useQuery(alertQuery(eventId, useQueryClient()));
  const alert = query.data;
  useEffect(() => rememberOpened(eventId), [eventId]);
  const neighbours = useNeighbours(alert, search, timeZone);

  const failure = useStandingError(query);
  const gone = isNotFound(query.error);
  if (gone || failure) {
    return (
      <>
        <BackToEvents search={search} />
        <h1 className="sr-only">{texts.events.title}</h1>
        {gone ? (
          <EmptyState icon={SearchX} title={texts.event.gone} />
        ) : (
          <ErrorState
            title={texts.event.failed}
            detail={failure?.message ?? ""}
            onRetry={() => void query.refetch()}
          />
        )}
      </>
    );
  }
  if (alert === undefined) {
    return (
      <Loading className="mx-auto max-w-5xl">
        <h1 className="sr-only">{texts.events.title}</h1>
        <Skeleton className="h-11 w-40" />
        <Skeleton className="mt-4 aspect-video" />
      </Loading>
    );
  }
  const type = texts.alertType[alert.type] ?? alert.type;
  const day = dayName(dayOf(alert.timestamp, timeZone), dayOf(new Date(), timeZone));
  return (
    <div className="mx-auto max-w-6xl" data-alert-id={alert.id}>
      <EventNavigation search={search} {...neighbours} />
      <PageHeader title={`${type}, ${cameraName(alert.camera_id)}`} note={day} />
      <EventView
        key={alert.id}
        alert={alert}
        chosen={image}
        cameraName={cameraName(alert.camera_id)}
        timeZone={timeZone}
      />
    </div>
  );
}
