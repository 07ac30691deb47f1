// Events as an inbox: what moved, newest first, with pictures; the page keeps itself up to date without moving what one looks
// at. Everything on it is done by key, by finger, or by button.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { alertsQuery } from "@/api/alerts";
import { wasDeleted } from "@/api/apply-changes";
import { camerasQuery, useCameraNames } from "@/api/cameras";
import { fileUrl } from "@/api/images";
import { itemsOf } from "@/api/pages";
import { useMayChange, useTimeZone } from "@/api/session";
import type { Alert } from "@/api/wire";
import { ListEnd } from "@/components/list-end";
import { NewPill } from "@/components/new-pill";
import { PageHeader } from "@/components/page-header";
import { ErrorState } from "@/components/states";
import { announce } from "@/lib/announce";
import { clockTime, dayOf } from "@/lib/site-time";
import { eventsTexts } from "@/lib/texts/events";
import { listName, useHeldList, useLooking } from "@/lib/use-held-list";
import { useNow } from "@/lib/use-now";
import { useStandingError } from "@/lib/use-standing-error";
import { ActivityStrip } from "./activity-strip";
import { DaySwitcher, dayWord } from "./day-switcher";
import type { MarkEvent } from "./event-card";
import { EventList, type EventListHandle } from "./event-list";
import { EventsFilters } from "./events-filters";
import { EventsSkeleton } from "./events-skeleton";
import { type EventsSearch, filterOf, isFiltered } from "./search";
import { useEventActions } from "./use-event-actions";
import { useEventKeys } from "./use-event-keys";
import { useSelection } from "./use-selection";
import { Waiting } from "./waiting";

// What only some visits need comes when it is opened.
const EventMenu = lazy(() => import("./event-menu").then((module) => ({ default: module.EventMenu })));
const SelectionBar = lazy(() =>
  import("./selection-bar").then((module) => ({ default: module.SelectionBar })),
);

export function EventsPage() {
  const search: EventsSearch = useSearch({ from: "/signed-in/" });
  const navigate = useNavigate({ from: "/" });
  const timeZone = useTimeZone();
  const mayChange = useMayChange();
  const cameraName = useCameraNames();
  const { data: cameras } = useQuery(camerasQuery);
  const today = dayOf(new Date(useNow(60_000)), timeZone);
  const area = useRef<HTMLDivElement>(null);
  const handle = useRef<EventListHandle>(null);
  const [read, setRead] = useState("");
  const [menu, setMenu] = useState<string | null>(null);
  const [playing, setPlaying] = useState<string | null>(null);

  const filter = useMemo(() => filterOf(search), [search]);
  const query = useInfiniteQuery(alertsQuery(filter, timeZone));
  const failure = useStandingError(query);
  const latest = useMemo(() => itemsOf(query.data), [query.data]);
  const list = useHeldList(latest, {
    hold: useLooking(area),
    listKey: listName(filter, query.isPlaceholderData),
    gone: wasDeleted,
  });
  const { shown, release } = list;
  useAnnounceWaiting(list.waiting);

  const { mark, swipe, markAll, remove, progress } = useEventActions(release);
  const selection = useSelection(() => shown.map(({ id }) => id));
  const chosen = shown.filter(({ id }) => selection.selected.has(id));
  const onMark = useCallback<MarkEvent>((alert, marks) => mark({ id: alert.id, ...marks }), [mark]);
  const onShowNew = () => {
    release();
    window.scrollTo({ top: 0 });
  };
  const removeSome = (alerts: readonly Alert[]) =>
    mayChange &&
    void remove(alerts.map(({ id }) => id)).then((done) => {
      if (done) selection.clear();
    });
  useEventKeys(shown, playing, {
    reveal: (id) => handle.current?.reveal(id),
    open: (eventId) => void navigate({ to: "/events/$eventId", params: { eventId }, search }),
    review: (alert, reviewed) => mark({ id: alert.id, reviewed }),
    star: (alert) => mayChange && mark({ id: alert.id, starred: !alert.starred }),
    remove: (alert) => removeSome([alert]),
    download: (alert) => alert.key_image_id && saveFile(fileUrl(alert.key_image_id)),
    select: (alert) => selection.press(alert.id, false),
    play: setPlaying,
    showNew: onShowNew,
    leave: () => {
      const busy = playing !== null || selection.selected.size > 0;
      setPlaying(null);
      selection.clear();
      return busy;
    },
  });

  const change = (next: { [name in keyof EventsSearch]: EventsSearch[name] | undefined }) =>
    void navigate({ search: (before) => defined({ ...before, ...next }), replace: true });
  const onClear = isFiltered(search) ? () => void navigate({ search: {}, replace: true }) : undefined;
  const toDay = (day: string | undefined) => change({ day, before: undefined });
  const reading = search.day ?? (read || today);
  const jump = (before: string) => {
    const target = shown.find(({ timestamp }) => timestamp < before);
    if (target && !search.before && dayOf(target.timestamp, timeZone) === reading)
      handle.current?.reveal(target.id);
    else change({ day: reading, before });
  };
  const inMenu = shown.find(({ id }) => id === menu);

  return (
    <>
      <PageHeader title={eventsTexts.title} note={noteOf(shown, query.hasNextPage)} />
      <ActivityStrip
        key={reading}
        day={reading}
        dayTitle={dayWord(reading, today)}
        timeZone={timeZone}
        camera={search.camera}
        onJump={jump}
      />
      <div className="-mx-4 lg:-mx-8 sticky top-0 z-20 bg-bg/95 px-4 py-2 backdrop-blur lg:px-8">
        <EventsFilters
          search={search}
          cameras={cameras ?? []}
          timeZone={timeZone}
          onChange={change}
          onClear={onClear}
        >
          <DaySwitcher
            day={search.day}
            {...{ reading, today, timeZone }}
            camera={search.camera}
            onChange={toDay}
          />
        </EventsFilters>
      </div>
      <NewPill
        count={list.waiting}
        text={eventsTexts.showNew(list.waiting)}
        label={eventsTexts.newOnes(list.waiting)}
        onShow={onShowNew}
      />
      <div ref={area} aria-busy={query.isPlaceholderData}>
        {failure ? (
          <ErrorState
            title={eventsTexts.failed}
            detail={failure.message}
            onRetry={() => void query.refetch()}
          />
        ) : query.isPending ? (
          <EventsSkeleton />
        ) : shown.length === 0 ? (
          <Waiting cameras={cameras} onClear={onClear} />
        ) : (
          <EventList
            handle={handle}
            alerts={shown}
            more={query.hasNextPage}
            {...{ cameraName, timeZone, today, search, playing, onMark }}
            selected={selection.selected}
            selecting={selection.selected.size > 0}
            onSelect={selection.press}
            onMenu={setMenu}
            onSwiped={swipe}
            onDay={setRead}
          />
        )}
      </div>
      {shown.length > 0 && (
        <ListEnd
          hasMore={query.hasNextPage}
          loading={query.isFetchingNextPage}
          failed={query.isFetchNextPageError}
          label={eventsTexts.showEarlier}
          endText={shown.every(({ reviewed }) => reviewed) ? eventsTexts.caughtUp : eventsTexts.end}
          onMore={() => void query.fetchNextPage()}
        />
      )}
      <Suspense>
        {selection.selected.size > 0 && (
          <SelectionBar
            count={chosen.length}
            total={shown.length}
            progress={progress}
            mayChange={mayChange}
            onReviewed={(reviewed) =>
              void markAll(chosen, { reviewed }).then((wrong) => selection.replace(wrong.map(({ id }) => id)))
            }
            onStar={() =>
              void markAll(chosen, { starred: true }).then((wrong) =>
                selection.replace(wrong.map(({ id }) => id)),
              )
            }
            onDelete={() => removeSome(chosen)}
            onAll={() => selection.replace(shown.map(({ id }) => id))}
            onClear={selection.clear}
          />
        )}
        {inMenu && (
          <EventMenu
            alert={inMenu}
            title={`${clockTime(inMenu.timestamp, timeZone, true)}, ${cameraName(inMenu.camera_id)}`}
            search={search}
            mayChange={mayChange}
            onMark={mark}
            onSelect={() => selection.press(inMenu.id, false)}
            onPlay={() => setPlaying(inMenu.id)}
            onDelete={() => removeSome([inMenu])}
            onClose={() => setMenu(null)}
          />
        )}
      </Suspense>
    </>
  );
}

function noteOf(shown: readonly Alert[], more: boolean): string | undefined {
  if (shown.length === 0) return undefined;
  const toReview = shown.filter((alert) => !alert.reviewed).length;
  return toReview === 0 ? eventsTexts.allReviewed : eventsTexts.toReview(toReview, more);
}

function defined<T extends object>(search: T): EventsSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

function saveFile(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

function useAnnounceWaiting(waiting: number): void {
  useEffect(() => {
    if (waiting > 0) announce(eventsTexts.newOnes(waiting));
  }, [waiting]);
}
