// How full the server is and when it will be, and how long pictures are kept: with what that would delete, before it does.
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useSession, useTimeZone } from "@/api/session";
import {
  retentionQuery,
  type Storage,
  siteRetentionPreviewQuery,
  storageQuery,
  useChangeRetention,
} from "@/api/storage";
import { Button } from "@/components/button";
import { ErrorState, Skeleton } from "@/components/states";
import { bytes } from "@/lib/measures";
import { dayOf, shortDayName } from "@/lib/site-time";
import { storageTexts as t } from "@/lib/texts/storage";
import { toast } from "@/lib/toasts";
import { useStandingError } from "@/lib/use-standing-error";
import { Block } from "./block";

const LONGEST_DAYS = 36_500;

export function Section() {
  const query = useQuery(storageQuery);
  const failure = useStandingError(query);
  if (failure)
    return <ErrorState title={t.failed} detail={failure.message} onRetry={() => void query.refetch()} />;
  return (
    <>
      <Block title={t.used}>
        {query.data ? <Used storage={query.data} /> : <Skeleton className="h-24" />}
      </Block>
      <Retention />
    </>
  );
}

function Used({ storage }: { storage: Storage }) {
  const timeZone = useTimeZone();
  const { images, size_bytes, free_bytes, budget_bytes, bytes_per_day, full_at, oldest_at } = storage;
  const room = budget_bytes ?? (free_bytes === null ? null : free_bytes + size_bytes);
  const day = (instant: string) => `${shortDayName(dayOf(instant, timeZone))} ${instant.slice(0, 4)}`;
  return (
    <div className="grid gap-3">
      <p className="text-base">{t.taken(images, bytes(size_bytes))}</p>
      {room !== null && (
        <>
          <meter
            aria-label={t.used}
            min={0}
            max={room}
            high={room * 0.9}
            value={size_bytes}
            className="h-3 w-full"
          />
          <p className="text-muted">{t.room(bytes(Math.max(0, room - size_bytes)))}</p>
        </>
      )}
      <p>{full_at ? t.fullAt(day(full_at), bytes(bytes_per_day)) : t.neverFull(bytes(bytes_per_day))}</p>
      {oldest_at && <p className="text-muted">{t.oldest(day(oldest_at))}</p>}
    </div>
  );
}

function Retention() {
  const id = useId();
  const kept = useQuery(retentionQuery).data;
  const mayChange = useSession().user.role === "admin";
  const [edited, setEdited] = useState<number | null | undefined>(undefined);
  const change = useChangeRetention();
  const days = edited === undefined ? (kept?.retention_days ?? null) : edited;
  const changed = edited !== undefined && edited !== (kept?.retention_days ?? null);
  const preview = useQuery(siteRetentionPreviewQuery(changed ? days : null)).data;
  return (
    <Block title={t.retention} hint={t.retentionHint}>
      <form
        className="grid gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(days, {
            onSuccess: () => {
              setEdited(undefined);
              toast(t.changed);
            },
            onError: (error) => toast(error.message, "bad"),
          });
        }}
      >
        <label htmlFor={id} className="sr-only">
          {t.days}
        </label>
        <div className="flex flex-wrap items-center gap-2">
          <input
            id={id}
            type="number"
            min={1}
            max={LONGEST_DAYS}
            disabled={!mayChange}
            placeholder={t.noLimit}
            value={days ?? ""}
            onChange={({ target: { valueAsNumber } }) =>
              setEdited(
                Number.isNaN(valueAsNumber)
                  ? null
                  : Math.min(LONGEST_DAYS, Math.max(1, Math.round(valueAsNumber))),
              )
            }
            className="min-h-11 w-56 rounded-sm border border-edge bg-bg px-3 tabular-nums"
          />
          <span className="text-muted">{t.daysUnit}</span>
          {changed && (
            <Button type="submit" look="primary" disabled={change.isPending}>
              {t.save}
            </Button>
          )}
        </div>
        <p role="status" className={preview?.images ? "text-bad" : "text-muted"}>
          {changed &&
            days !== null &&
            (preview
              ? t.wouldDelete(preview.images, bytes(preview.size_bytes), preview.kept_starred)
              : t.counting)}
        </p>
      </form>
    </Block>
  );
}
