// The pictures of the sections on the screen, asked for when they come near it, and not while they fly past.
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { type Bucket, bucketQuery, galleryKeys, type Tile, tileAt } from "@/api/gallery";
import type { ImageFilter } from "@/api/keys";
import { type Geometry, type Section, sectionOf } from "./layout";

export type BucketOf = (section: Section) => Bucket | undefined;

export function useBuckets(filter: ImageFilter, sections: readonly Section[], fast: boolean): BucketOf {
  const client = useQueryClient();
  const names = sections.map(({ key, count }) => `${key} ${count}`).join(";");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sections of these names and counts
  const wanted = useMemo(() => (fast ? [] : [...sections]), [names, fast]);
  const version = useQueries({
    queries: wanted.map((section) => bucketQuery(filter, section)),
    combine: (answers) => answers.map((answer) => answer.dataUpdatedAt).join(" "),
  });
  // A bucket that holds less than its day counts was asked for before the rest came: once more, then it is left alone.
  const renewed = useRef(new Set<string>());
  useEffect(() => {
    if (version === "") return;
    for (const section of wanted) {
      const bucket = client.getQueryData<Bucket>(galleryKeys.bucket(filter, section));
      const name = `${section.key} ${section.count}`;
      if (bucket === undefined || bucket.ids.length >= section.count || renewed.current.has(name)) continue;
      renewed.current.add(name);
      void client.invalidateQueries({ queryKey: galleryKeys.bucket(filter, section), exact: true });
    }
  }, [client, filter, wanted, version]);
  return useCallback(
    (section) => client.getQueryData<Bucket>(galleryKeys.bucket(filter, section)),
    [client, filter],
  );
}

/** A section's picture, counted from its newest. */
export function tileIn(bucket: Bucket, section: Section, index: number): Tile | undefined {
  return tileAt(bucket, section.count - 1 - index);
}

/** Finds pictures by their ordinals, and asks for the buckets that it takes. */
export function useTiles(filter: ImageFilter, geometry: Geometry) {
  const client = useQueryClient();
  const known = useCallback(
    (ordinal: number): Tile | undefined => {
      const section = sectionOf(geometry, ordinal);
      const bucket = section && client.getQueryData<Bucket>(galleryKeys.bucket(filter, section));
      return bucket && section && tileIn(bucket, section, ordinal - section.first);
    },
    [client, filter, geometry],
  );
  /** Both ends included. */
  const between = useCallback(
    async (from: number, to: number): Promise<Tile[]> => {
      const found: Tile[] = [];
      for (let ordinal = from; ordinal <= to; ) {
        const section = sectionOf(geometry, ordinal);
        if (section === undefined) break;
        const bucket = await client.ensureQueryData(bucketQuery(filter, section));
        const end = Math.min(to, section.first + section.count - 1);
        for (; ordinal <= end; ordinal += 1) {
          const tile = tileIn(bucket, section, ordinal - section.first);
          if (tile) found.push(tile);
        }
      }
      return found;
    },
    [client, filter, geometry],
  );
  return { known, between };
}
