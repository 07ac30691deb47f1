// What stands in the address of the Events page and of one event's page. Anything else in it is ignored.
import type { AlertFilter } from "@/api/keys";
import { isDay } from "@/lib/site-time";

export type EventsSearch = { camera?: string; day?: string; reviewed?: "no" };
/** An event's page keeps the filters of the list it was opened from, so that next and previous follow that list. */
export type EventSearch = EventsSearch & { image?: string };

const ID = /^[\da-f-]{36}$/i;

export function parseEventsSearch(search: Record<string, unknown>): EventsSearch {
  const { camera, day, reviewed } = search;
  return {
    ...(typeof camera === "string" && ID.test(camera) ? { camera } : {}),
    ...(isDay(day) ? { day } : {}),
    ...(reviewed === "no" ? { reviewed } : {}),
  };
}

export function parseEventSearch(search: Record<string, unknown>): EventSearch {
  const { image } = search;
  return { ...parseEventsSearch(search), ...(typeof image === "string" && ID.test(image) ? { image } : {}) };
}

export function filterOf({ camera, day, reviewed }: EventsSearch): AlertFilter {
  return {
    ...(camera ? { camera } : {}),
    ...(day ? { day } : {}),
    ...(reviewed === "no" ? { reviewed: false } : {}),
  };
}

export function isFiltered(search: EventsSearch): boolean {
  return Object.values(filterOf(search)).some((value) => value !== undefined);
}
