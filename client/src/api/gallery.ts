// The gallery's data: how many pictures each day has, and the pictures of one day or hour in column form.
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { dayRange } from "@/lib/site-time";
import { data, http } from "./client";
import type { ImageChange } from "./image-changes";
import type { ImageFilter } from "./keys";
import type { Image } from "./wire";

export type DayCount = {
  day: string;
  count: number;
  /** Of a day with more pictures than one answer holds: how many each hour has, from midnight. */
  hours: number[];
};
/** Pictures oldest first; the same place in each column is one picture. */
export type Bucket = {
  startedAt: number;
  cameras: string[];
  ids: string[];
  camera: number[];
  offset: number[];
  color: number[];
  width: number[];
  height: number[];
  starred: Set<number>;
};
/** What the columns know of a picture. */
export type Tile = {
  id: string;
  cameraId: string;
  at: number;
  color: string | null;
  width: number;
  height: number;
  starred: boolean;
};
export type BucketName = { day: string; hour: number | null };

const MOST_PAGES = 50;
const KEEP_BUCKET_MS = 60_000;

const DAYS = "gallery-days";
const BUCKET = "gallery-bucket";
export const galleryKeys = {
  days: [DAYS] as const,
  daysOf: (filter: ImageFilter) => [DAYS, filter] as const,
  buckets: [BUCKET] as const,
  bucket: (filter: ImageFilter, { day, hour }: BucketName) => [BUCKET, filter, day, hour] as const,
};

function asked({ camera, label, starred }: ImageFilter) {
  return {
    ...(camera ? { camera_id: [camera] } : {}),
    ...(label ? { label } : {}),
    ...(starred ? { starred } : {}),
  };
}

/** Newest day first. */
export const galleryDaysQuery = (filter: ImageFilter) =>
  queryOptions({
    queryKey: galleryKeys.daysOf(filter),
    queryFn: async ({ signal }): Promise<DayCount[]> => {
      const days: DayCount[] = [];
      let before = filter.day ? nextDay(filter.day) : undefined;
      const first = filter.day ? { from: filter.day } : {};
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = { ...asked(filter), ...first, ...(before ? { before } : {}) };
        const answer = await data(http.GET("/images/buckets", { params: { query }, signal }));
        answer.day.forEach((day, index) => {
          days.push({ day, count: answer.images[index] ?? 0, hours: answer.hours[index] ?? [] });
        });
        if (answer.next_before === null) break;
        before = answer.next_before;
      }
      return days;
    },
    staleTime: 0,
  });

export const bucketQuery = (filter: ImageFilter, name: BucketName) =>
  queryOptions({
    queryKey: galleryKeys.bucket(filter, name),
    queryFn: async ({ signal }): Promise<Bucket> => {
      let bucket: Bucket | null = null;
      let cursor: string | undefined;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = {
          ...asked(filter),
          ...(name.hour === null ? {} : { hour: name.hour }),
          ...(cursor ? { cursor } : {}),
        };
        const params = { path: { day: name.day }, query };
        const answer = await data(http.GET("/images/buckets/{day}", { params, signal }));
        bucket = joined(bucket, {
          startedAt: Date.parse(answer.started_at),
          cameras: answer.camera_ids,
          ids: answer.id,
          camera: answer.camera,
          offset: answer.offset_milliseconds,
          color: answer.color,
          width: answer.width,
          height: answer.height,
          starred: new Set(answer.starred),
        });
        if (answer.next_cursor === null) break;
        cursor = answer.next_cursor;
      }
      return bucket as Bucket;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEEP_BUCKET_MS,
  });

function joined(before: Bucket | null, more: Bucket): Bucket {
  if (before === null) return more;
  const cameras = [...new Set([...before.cameras, ...more.cameras])];
  const place = more.cameras.map((camera) => cameras.indexOf(camera));
  return {
    startedAt: before.startedAt,
    cameras,
    ids: [...before.ids, ...more.ids],
    camera: [...before.camera, ...more.camera.map((index) => place[index] ?? 0)],
    offset: [...before.offset, ...more.offset],
    color: [...before.color, ...more.color],
    width: [...before.width, ...more.width],
    height: [...before.height, ...more.height],
    starred: new Set([...before.starred, ...[...more.starred].map((index) => index + before.ids.length)]),
  };
}

export function tileAt(bucket: Bucket, place: number): Tile | undefined {
  const id = bucket.ids[place];
  if (id === undefined) return undefined;
  const color = bucket.color[place] ?? -1;
  return {
    id,
    cameraId: bucket.cameras[bucket.camera[place] ?? 0] ?? "",
    at: bucket.startedAt + (bucket.offset[place] ?? 0),
    color: color < 0 ? null : `#${color.toString(16).padStart(6, "0")}`,
    width: bucket.width[place] ?? 4,
    height: bucket.height[place] ?? 3,
    starred: bucket.starred.has(place),
  };
}

/** What any bucket that is at hand knows of a picture. */
export function findTile(client: QueryClient, id: string): Tile | undefined {
  for (const [, bucket] of client.getQueriesData<Bucket>({ queryKey: galleryKeys.buckets })) {
    const place = bucket?.ids.indexOf(id) ?? -1;
    if (bucket !== undefined && place !== -1) return tileAt(bucket, place);
  }
  return undefined;
}

/** The bucket that an instant falls in, given the days of the gallery; undefined when its day has none. */
export function bucketOf(
  days: readonly DayCount[],
  day: string,
  at: number,
  timeZone: string,
): BucketName | undefined {
  const found = days.find((known) => known.day === day);
  if (found === undefined) return undefined;
  if (found.hours.length === 0) return { day, hour: null };
  return { day, hour: Math.floor((at - Date.parse(dayRange(day, timeZone).from)) / 3_600_000) };
}

/** Writes a change into every bucket that has the picture. Of a new one the days are counted anew. */
export function applyToGallery(client: QueryClient, change: ImageChange): void {
  if (change.action === "restored") return;
  if (change.action === "created") return void client.invalidateQueries({ queryKey: galleryKeys.days });
  const id = change.action === "deleted" ? change.imageId : change.image.id;
  let found = false;
  for (const [key, bucket] of client.getQueriesData<Bucket>({ queryKey: galleryKeys.buckets })) {
    const place = bucket?.ids.indexOf(id) ?? -1;
    if (bucket === undefined || place === -1) continue;
    found = true;
    if (change.action === "updated") client.setQueryData(key, marked(bucket, place, change.image));
    else {
      client.setQueryData(key, without(bucket, place));
      const [, filter, day, hour] = key as ReturnType<typeof galleryKeys.bucket>;
      client.setQueryData<DayCount[]>(
        galleryKeys.daysOf(filter),
        (days) => days && oneLess(days, { day, hour }),
      );
    }
  }
  if (!found && change.action === "deleted") void client.invalidateQueries({ queryKey: galleryKeys.days });
}

/** The days with one picture less in a bucket; a day or hour that has none is left out of the gallery. */
export function oneLess(days: readonly DayCount[], { day, hour }: BucketName): DayCount[] {
  return days
    .map((known) => {
      if (known.day !== day) return known;
      const hours = known.hours.map((count, index) => (index === hour ? Math.max(0, count - 1) : count));
      return { day, count: known.count - 1, hours };
    })
    .filter((known) => known.count > 0);
}

function marked(bucket: Bucket, place: number, image: Image): Bucket {
  const starred = new Set(bucket.starred);
  if (image.starred) starred.add(place);
  else starred.delete(place);
  const color = [...bucket.color];
  if (image.average_color) color[place] = Number.parseInt(image.average_color.slice(1), 16);
  return { ...bucket, starred, color };
}

function without(bucket: Bucket, place: number): Bucket {
  const cut = <T>(column: T[]) => column.filter((_, index) => index !== place);
  const starred = [...bucket.starred].filter((index) => index !== place);
  return {
    ...bucket,
    ids: cut(bucket.ids),
    camera: cut(bucket.camera),
    offset: cut(bucket.offset),
    color: cut(bucket.color),
    width: cut(bucket.width),
    height: cut(bucket.height),
    starred: new Set(starred.map((index) => (index > place ? index - 1 : index))),
  };
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
