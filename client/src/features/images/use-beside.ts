// The picture that is opened and those beside it, from the gallery's columns: known at once, wherever in the gallery it is.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { bucketOf, bucketQuery, galleryDaysQuery, type Tile } from "@/api/gallery";
import type { ImageFilter } from "@/api/keys";
import { dayOf } from "@/lib/site-time";
import { layOut, type Section } from "./layout";
import { type ImagesSearch, imageFilterOf } from "./search";
import { tileIn } from "./use-buckets";

const PRELOADED = 2;
const ANY_WIDTH = 1000;

type Beside = {
  tile: Tile | undefined;
  newer: Tile | undefined;
  older: Tile | undefined;
  /** Pictures that are likely to be wanted next, the likeliest first. */
  nearby: Tile[];
  /** Its place among all, from the newest, and how many there are. */
  ordinal: number | undefined;
  count: number;
};

/** `at` is when the picture was taken; undefined while nothing is known of it. */
export function useBeside(
  imageId: string,
  at: number | undefined,
  search: ImagesSearch,
  timeZone: string,
): Beside {
  const { camera, day, label, starred } = search;
  const filter = useMemo(
    () => imageFilterOf({ camera, day, label, starred } as ImagesSearch),
    [camera, day, label, starred],
  );
  const days = useQuery(galleryDaysQuery(filter)).data;
  const sections = useMemo(() => layOut(days ?? [], ANY_WIDTH).sections, [days]);
  const name = useMemo(
    () =>
      days && at !== undefined ? bucketOf(days, dayOf(new Date(at), timeZone), at, timeZone) : undefined,
    [days, at, timeZone],
  );
  const index = name ? sections.findIndex((one) => one.day === name.day && one.hour === name.hour) : -1;
  const around = [index, index - 1, index + 1].map((place) => (index === -1 ? undefined : sections[place]));
  const [own, newerOne, olderOne] = around;
  const bucket = useSectionBucket(filter, own);
  const place = bucket?.ids.indexOf(imageId) ?? -1;
  const inSection = own && place !== -1 ? own.count - 1 - place : undefined;
  // At the edge of its bucket the next one is needed as well, a little before it is stepped into.
  const newerBucket = useSectionBucket(
    filter,
    inSection !== undefined && inSection <= PRELOADED ? newerOne : undefined,
  );
  const olderBucket = useSectionBucket(
    filter,
    own && inSection !== undefined && inSection >= own.count - 1 - PRELOADED ? olderOne : undefined,
  );

  const step = (distance: number): Tile | undefined => {
    if (inSection === undefined || !own || !bucket) return undefined;
    const wanted = inSection + distance;
    if (wanted < 0) return newerOne && newerBucket && tileIn(newerBucket, newerOne, newerOne.count + wanted);
    if (wanted >= own.count)
      return olderOne && olderBucket && tileIn(olderBucket, olderOne, wanted - own.count);
    return tileIn(bucket, own, wanted);
  };
  const near: Tile[] = [];
  for (let distance = 1; distance <= PRELOADED; distance += 1) {
    for (const tile of [step(distance), step(-distance)]) if (tile) near.push(tile);
  }
  return {
    tile: step(0),
    newer: step(-1),
    older: step(1),
    nearby: near,
    ordinal: own && inSection !== undefined ? own.first + inSection : undefined,
    count: sections.reduce((sum, section) => sum + section.count, 0),
  };
}

function useSectionBucket(filter: ImageFilter, section: Section | undefined) {
  const options = bucketQuery(filter, section ?? { day: "", hour: null });
  return useQuery({ ...options, enabled: section !== undefined }).data;
}
