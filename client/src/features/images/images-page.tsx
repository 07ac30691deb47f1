// Images: every picture by day, newest first; a picture opens over the gallery, so that its place is kept.
import { useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useSearch } from "@tanstack/react-router";
import { FilterX, Images as ImagesIcon } from "lucide-react";
import { useMemo, useRef } from "react";
import { camerasQuery } from "@/api/cameras";
import { useTimeZone } from "@/api/session";
import { Button } from "@/components/button";
import { NewPill } from "@/components/new-pill";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/components/states";
import { dayOf } from "@/lib/site-time";
import { filtersTexts } from "@/lib/texts/filters";
import { imagesTexts } from "@/lib/texts/images";
import { useNow } from "@/lib/use-now";
import { useStandingError } from "@/lib/use-standing-error";
import { Gallery } from "./gallery";
import { ImagesHeader } from "./images-header";
import { type ImagesSearch, imageFilterOf } from "./search";
import { useGallery } from "./use-gallery";

export function ImagesPage() {
  const search: ImagesSearch = useSearch({ from: "/signed-in/gallery" });
  const navigate = useNavigate({ from: "/gallery" });
  const timeZone = useTimeZone();
  const { data: cameras } = useQuery(camerasQuery);
  const today = dayOf(new Date(useNow(60_000)), timeZone);
  const area = useRef<HTMLDivElement>(null);

  const filter = useMemo(() => imageFilterOf(search), [search]);
  const { query, days, waiting, release } = useGallery(filter, area);
  const failure = useStandingError(query);
  const filtered = Object.keys(filter).length > 0;
  const onClear = filtered ? () => void navigate({ search: {}, replace: true }) : undefined;
  const head = { search, cameras: cameras ?? [], today, onClear };
  const setFilter = (next: Partial<ImagesSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  return (
    <>
      <NewPill
        count={waiting}
        text={imagesTexts.showNew(waiting)}
        label={imagesTexts.newOnes(waiting)}
        onShow={() => {
          release();
          window.scrollTo({ top: 0 });
        }}
      />
      <div ref={area}>
        {days && days.length > 0 && !failure ? (
          <Gallery key={JSON.stringify(filter)} {...{ days, filter, search, timeZone, today }}>
            {(select) => <ImagesHeader {...head} days={days} onChange={setFilter} onSelect={select} />}
          </Gallery>
        ) : (
          <>
            <ImagesHeader {...head} days={[]} onChange={setFilter} onSelect={undefined} />
            {failure ? (
              <ErrorState
                title={imagesTexts.failed}
                detail={failure.message}
                onRetry={() => void query.refetch()}
              />
            ) : query.isPending ? (
              <Loading>
                <Skeleton className="h-[60vh]" />
              </Loading>
            ) : (
              <NoImages onClear={onClear} />
            )}
          </>
        )}
      </div>
      <Outlet />
    </>
  );
}

function NoImages({ onClear }: { onClear: (() => void) | undefined }) {
  if (onClear) {
    return (
      <EmptyState icon={FilterX} title={imagesTexts.noneForFilter}>
        <Button onClick={onClear}>{filtersTexts.clear}</Button>
      </EmptyState>
    );
  }
  return <EmptyState icon={ImagesIcon} title={imagesTexts.noneTitle} hint={imagesTexts.noneHint} live />;
}
