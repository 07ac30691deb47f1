// Images: every picture by day, newest first; a picture opens over the gallery, so that its place is kept.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useSearch } from "@tanstack/react-router";
import { FilterX, Images as ImagesIcon } from "lucide-react";
import { useMemo, useRef } from "react";
import { wasDeleted } from "@/api/apply-changes";
import { camerasQuery, useCameraNames } from "@/api/cameras";
import { imagesQuery } from "@/api/images";
import { itemsOf } from "@/api/pages";
import { useTimeZone } from "@/api/session";
import { Button } from "@/components/button";
import { FilterBar } from "@/components/filter-bar";
import { ListEnd } from "@/components/list-end";
import { NewPill } from "@/components/new-pill";
import { PageHeader } from "@/components/page-header";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/components/states";
import { dayOf } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { listName, useHeldList, useLooking } from "@/lib/use-held-list";
import { useNow } from "@/lib/use-now";
import { useStandingError } from "@/lib/use-standing-error";
import { ImageGrid } from "./image-grid";
import { type ImagesSearch, imageFilterOf } from "./search";

export function ImagesPage() {
  const search: ImagesSearch = useSearch({ from: "/signed-in/gallery" });
  const navigate = useNavigate({ from: "/gallery" });
  const timeZone = useTimeZone();
  const cameraName = useCameraNames();
  const { data: cameras } = useQuery(camerasQuery);
  const today = dayOf(new Date(useNow(60_000)), timeZone);
  const area = useRef<HTMLDivElement>(null);

  const filter = useMemo(() => imageFilterOf(search), [search]);
  const query = useInfiniteQuery(imagesQuery(filter, timeZone));
  const failure = useStandingError(query);
  const latest = useMemo(() => itemsOf(query.data), [query.data]);
  const list = useHeldList(latest, {
    hold: useLooking(area),
    listKey: listName(filter, query.isPlaceholderData),
    gone: wasDeleted,
  });
  const filtered = filter.camera !== undefined || filter.day !== undefined;
  const onClear = filtered ? () => void navigate({ search: {}, replace: true }) : undefined;

  return (
    <>
      <PageHeader
        title={texts.images.title}
        note={list.shown.length > 0 && texts.images.count(list.shown.length, query.hasNextPage)}
      />
      <div className="-mx-4 lg:-mx-8 sticky top-0 z-20 bg-bg/95 px-4 py-3 backdrop-blur lg:px-8">
        <FilterBar
          filter={search}
          cameras={cameras ?? []}
          today={today}
          onChange={(next) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true })}
          onClear={onClear}
        />
      </div>
      <NewPill
        count={list.waiting}
        text={texts.images.showNew(list.waiting)}
        label={texts.images.newOnes(list.waiting)}
        onShow={() => {
          list.release();
          window.scrollTo({ top: 0 });
        }}
      />
      <div ref={area} aria-busy={query.isPlaceholderData}>
        {failure ? (
          <ErrorState
            title={texts.images.failed}
            detail={failure.message}
            onRetry={() => void query.refetch()}
          />
        ) : query.isPending ? (
          <Loading>
            <Skeleton className="h-[60vh]" />
          </Loading>
        ) : list.shown.length === 0 ? (
          <NoImages onClear={onClear} />
        ) : (
          <ImageGrid images={list.shown} {...{ cameraName, timeZone, today, search }} />
        )}
      </div>
      {list.shown.length > 0 && (
        <ListEnd
          hasMore={query.hasNextPage}
          loading={query.isFetchingNextPage}
          failed={query.isFetchNextPageError}
          label={texts.images.showEarlier}
          endText={texts.images.end}
          onMore={() => void query.fetchNextPage()}
        />
      )}
      <Outlet />
    </>
  );
}

function NoImages({ onClear }: { onClear: (() => void) | undefined }) {
  if (onClear) {
    return (
      <EmptyState icon={FilterX} title={texts.images.noneForFilter}>
        <Button onClick={onClear}>{texts.filters.clear}</Button>
      </EmptyState>
    );
  }
  return <EmptyState icon={ImagesIcon} title={texts.images.noneTitle} hint={texts.images.noneHint} live />;
}
