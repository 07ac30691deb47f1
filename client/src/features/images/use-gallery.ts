// The gallery's days as they may be shown now: they stand still while a person looks, and what comes meanwhile waits.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { applyToGallery, type DayCount, galleryDaysQuery, galleryKeys } from "@/api/gallery";
import { onImageChange } from "@/api/image-changes";
import type { ImageFilter } from "@/api/keys";
import { useLooking } from "@/lib/use-held-list";

/** New pictures are counted this long after they were told of, all of a burst together. */
const COUNT_AFTER_MS = 400;

export function useGallery(filter: ImageFilter, area: RefObject<HTMLElement | null>) {
  const client = useQueryClient();
  const query = useQuery(galleryDaysQuery(filter));
  const looking = useLooking(area);
  const [held, setHeld] = useState<{ filter: ImageFilter; days: readonly DayCount[] | undefined }>({
    filter,
    days: query.data,
  });
  const latest = query.data;
  const fresh = held.filter !== filter || held.days === undefined || held.days.length === 0;
  const days = looking && !fresh ? stillThere(held.days ?? [], latest ?? held.days ?? []) : latest;
  if (days !== held.days || filter !== held.filter) setHeld({ filter, days });

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    const stop = onImageChange((change) => {
      // What a person brought back does not wait like what is new.
      if (change.action === "restored") return setHeld({ filter, days: undefined });
      if (change.action !== "created") return applyToGallery(client, change);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => applyToGallery(client, change), COUNT_AFTER_MS);
    });
    return () => {
      clearTimeout(timer.current);
      stop();
    };
  }, [client, filter]);

  const release = useCallback(() => {
    setHeld({ filter, days: latest });
    void client.invalidateQueries({ queryKey: galleryKeys.days });
  }, [client, filter, latest]);
  return { query, days, waiting: Math.max(0, total(latest) - total(days)), release };
}

function total(days: readonly DayCount[] | undefined): number {
  return days?.reduce((sum, day) => sum + day.count, 0) ?? 0;
}

/** What was shown, without what is gone by now: a picture that was deleted does not wait. The same when nothing is. */
export function stillThere(shown: readonly DayCount[], latest: readonly DayCount[]): readonly DayCount[] {
  const known = new Map(latest.map((day) => [day.day, day]));
  let changed = false;
  const days = shown.flatMap((day) => {
    const now = known.get(day.day);
    const hours = day.hours.map((count, hour) =>
      now?.hours.length ? Math.min(count, now.hours[hour] ?? 0) : count,
    );
    const whole = Math.min(day.count, now?.count ?? 0);
    const count = hours.length > 0 ? hours.reduce((sum, one) => sum + one, 0) : whole;
    if (count === day.count) return [day];
    changed = true;
    return count === 0 ? [] : [{ day: day.day, count, hours }];
  });
  return changed ? days : shown;
}
