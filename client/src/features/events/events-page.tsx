// Events: what moved, newest first, with pictures; the page keeps itself up to date without moving what one looks at.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { alertsQuery, useMarkAlert } from "@/api/alerts";
import { wasDeleted } from "@/api/apply-changes";
import { camerasQuery, useCameraNames } from "@/api/cameras";
import { itemsOf } from "@/api/pages";
import { useTimeZone } from "@/api/session";
import { ToggleChip } from "@/components/chip";
import { FilterBar } from "@/components/filter-bar";
import { ListEnd } from "@/components/list-end";
import { NewPill } from "@/components/new-pill";
import { PageHeader } from "@/components/page-header";
import { ErrorState } from "@/components/states";
import { announce } from "@/lib/announce";
import { dayOf } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { toast } from "@/lib/toasts";
import { listName, useHeldList, useLooking } from "@/lib/use-held-list";
import { useNow } from "@/lib/use-now";
import { useStandingError } from "@/lib/use-standing-error";
import type { MarkEvent } from "./event-card";
import { EventList } from "./event-list";
import { EventsSkeleton } from "./events-skeleton";
import { type EventsSearch, filterOf, isFiltered } from "./search";
import { useEventKeys } from "./use-event-keys";
import { Waiting } from "./waiting";

export function EventsPage() {
  const search: EventsSearch = useSearch({ from: "/signed-in/" });
  const navigate = useNavigate({ from: "/" });
  const timeZone = useTimeZone();
  const cameraName = useCameraNames();
  const { data: cameras } = useQuery(camerasQuery);
  const today = dayOf(new Date(useNow(60_000)), timeZone);
  const area = useRef<HTMLDivElement>(null);

  const filter = useMemo(() => filterOf(search), [search]);
  const query = useInfiniteQuery(alertsQuery(filter, timeZone));
  const failure = useStandingError(query);
  const latest = useMemo(() => itemsOf(query.data), [query.data]);
  const list = useHeldList(latest, {
    hold: useLooking(area),
    listKey: listName(filter, query.isPlaceholderData),
    gone: wasDeleted,
  });
  useAnnounceWaiting(list.waiting);

  const { mutate: mark } = useMarkAlert(() => toast(texts.events.markFailed, "bad"));
  const onMark = useCallback<MarkEvent>((alert, marks) => mark({ id: alert.id, ...marks }), [mark]);
  const onShowNew = () => {
    list.release();
    window.scrollTo({ top: 0 });
  };
  useEventKeys({ area, onMark, onShowNew, find: (id) => list.shown.find((alert) => alert.id === id) });

  const change = (next: EventsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const onClear = isFiltered(search) ? () => void navigate({ search: {}, replace: true }) : undefined;
  const toReview = list.shown.filter((alert) => !alert.reviewed).length;
  const note =
    list.shown.length === 0
      ? undefined
      : toReview === 0
        ? texts.events.allReviewed
        : texts.events.toReview(toReview, query.hasNextPage);

  return (
    <>
      <PageHeader title={texts.events.title} note={note} />
      <div className="-mx-4 lg:-mx-8 sticky top-0 z-20 bg-bg/95 px-4 py-3 backdrop-blur lg:px-8">
        <FilterBar filter={search} cameras={cameras ?? []} today={today} onChange={change} onClear={onClear}>
          <ToggleChip
            on={search.reviewed === "no"}
            onToggle={() => change({ reviewed: search.reviewed ? undefined : "no" })}
          >
            {texts.filters.unreviewed}
          </ToggleChip>
        </FilterBar>
      </div>
      <NewPill
        count={list.waiting}
        text={texts.events.showNew(list.waiting)}
        label={texts.events.newOnes(list.waiting)}
        onShow={onShowNew}
      />
      <div ref={area} aria-busy={query.isPlaceholderData}>
        {failure ? (
          <ErrorState
            title={texts.events.failed}
            detail={failure.message}
            onRetry={() => void query.refetch()}
          />
        ) : query.isPending ? (
          <EventsSkeleton />
        ) : list.shown.length === 0 ? (
          <Waiting cameras={cameras} onClear={onClear} />
        ) : (
          <EventList alerts={list.shown} {...{ cameraName, timeZone, today, search, onMark }} />
        )}
      </div>
      {list.shown.length > 0 && (
        <ListEnd
          hasMore={query.hasNextPage}
          loading={query.isFetchingNextPage}
          failed={query.isFetchNextPageError}
          label={texts.events.showEarlier}
          endText={toReview === 0 ? texts.events.caughtUp : texts.events.end}
          onMore={() => void query.fetchNextPage()}
        />
      )}
    </>
  );
}

function useAnnounceWaiting(waiting: number): void {
  useEffect(() => {
    if (waiting > 0) announce(texts.events.newOnes(waiting));
  }, [waiting]);
}
