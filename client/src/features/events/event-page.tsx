// One event: its pictures large and as a filmstrip, its times, and what can be done with it. Fills itself while it lasts.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { useEffect } from "react";
import { alertQuery } from "@/api/alerts";
import { useCameraNames } from "@/api/cameras";
import { isNotFound } from "@/api/problem";
import { useTimeZone } from "@/api/session";
import { PageHeader } from "@/components/page-header";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/components/states";
import { dayName, dayOf } from "@/lib/site-time";
import { alertTypeTexts, isFault } from "@/lib/texts/alert-types";
import { eventTexts } from "@/lib/texts/event";
import { eventsTexts } from "@/lib/texts/events";
import { useStandingError } from "@/lib/use-standing-error";
import { BackToEvents, EventNavigation } from "./event-navigation";
import { EventView } from "./event-view";
import { wordsOfFault } from "./fault-words";
import type { EventSearch } from "./search";
import { rememberOpened } from "./use-event-keys";
import { useNeighbours } from "./use-neighbours";
import { usePreloadedEvents } from "./use-preloaded";

export function EventPage() {
  const { eventId } = useParams({ from: "/signed-in/events/$eventId" });
  const { image, ...search }: EventSearch = useSearch({ from: "/signed-in/events/$eventId" });
  const timeZone = useTimeZone();
  const cameraName = useCameraNames();
  const query = useQuery(alertQuery(eventId, useQueryClient()));
  const alert = query.data;
  useEffect(() => rememberOpened(eventId), [eventId]);
  const neighbours = useNeighbours(alert, search, timeZone);
  usePreloadedEvents(neighbours.older, neighbours.newer);
  const navigate = useNavigate();
  const onLeave = () => {
    if (neighbours.older)
      void navigate({ to: "/events/$eventId", params: { eventId: neighbours.older }, search });
    else void navigate({ to: "/", search });
  };

  const failure = useStandingError(query);
  const gone = isNotFound(query.error);
  if (gone || failure) {
    return (
      <>
        <BackToEvents search={search} />
        <h1 className="sr-only">{eventsTexts.title}</h1>
        {gone ? (
          <EmptyState icon={SearchX} title={eventTexts.gone} />
        ) : (
          <ErrorState
            title={eventTexts.failed}
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
        <h1 className="sr-only">{eventsTexts.title}</h1>
        <Skeleton className="h-11 w-40" />
        <Skeleton className="mt-4 aspect-video" />
      </Loading>
    );
  }
  const type = isFault(alert.type)
    ? wordsOfFault(alert, timeZone).title
    : (alertTypeTexts[alert.type] ?? alert.type);
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
        onLeave={onLeave}
      />
    </div>
  );
}
