// How much happened when: counts in buckets of 5 minutes for the strip of a day, and in days for the calendar.
import { queryOptions } from "@tanstack/react-query";
import { addDays, dayRange } from "@/lib/site-time";
import { data, http } from "./client";

const REFRESH_MS = 60_000;

type Bucket = "5m" | "day";
export type Counted = { start: string; day: string | null; alerts: number };

const timelineQuery = (bucket: Bucket, from: string, to: string, camera: string | undefined) =>
  queryOptions({
    queryKey: ["timeline", bucket, from, to, camera ?? null] as const,
    queryFn: async ({ signal }): Promise<Counted[]> => {
      const query = { bucket, from, to, ...(camera ? { camera_id: [camera] } : {}) };
      return (await data(http.GET("/timeline", { params: { query }, signal }))).items;
    },
    refetchInterval: REFRESH_MS,
    staleTime: REFRESH_MS / 2,
  });

export const dayActivityQuery = (day: string, timeZone: string, camera?: string) => {
  const { from, to } = dayRange(day, timeZone);
  return timelineQuery("5m", from, to, camera);
};

/** The days of the month that `day` lies in. */
export const monthActivityQuery = (day: string, timeZone: string, camera?: string) => {
  const first = `${day.slice(0, 7)}-01`;
  const next = `${addDays(first, 31).slice(0, 7)}-01`;
  const { from } = dayRange(first, timeZone);
  return timelineQuery("day", from, dayRange(next, timeZone).from, camera);
};
