// What stands in the address of the Events page and of one event's page. Anything else in it is ignored.
import type { AlertFilter } from "@/api/keys";
import type { AlertType } from "@/api/wire";
import { isDay } from "@/lib/site-time";

export type EventsSearch = {
  camera?: string;
  type?: AlertType;
  day?: string;
  /** Only what began before this instant: where the activity strip was pressed. */
  before?: string;
  reviewed?: "no";
  starred?: "yes";
};
/** An event's page keeps the filters of the list it was opened from, so that next and previous follow that list. */
export type EventSearch = EventsSearch & { image?: string };

const ID = /^[\da-f-]{36}$/i;
const TYPE = /^[a-z_]{2,32}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const text = (value: unknown, shape: RegExp): value is string =>
  typeof value === "string" && shape.test(value);

export function parseEventsSearch(search: Record<string, unknown>): EventsSearch {
  const { camera, type, day, before, reviewed, starred } = search;
  return {
    ...(text(camera, ID) ? { camera } : {}),
    ...(text(type, TYPE) ? { type: type as AlertType } : {}),
    ...(isDay(day) ? { day } : {}),
    ...(text(before, INSTANT) && !Number.isNaN(Date.parse(before)) ? { before } : {}),
    ...(reviewed === "no" ? { reviewed } : {}),
    ...(starred === "yes" ? { starred } : {}),
  };
}

export function parseEventSearch(search: Record<string, unknown>): EventSearch {
  const { image } = search;
  return { ...parseEventsSearch(search), ...(text(image, ID) ? { image } : {}) };
}

export function filterOf({ camera, type, day, before, reviewed, starred }: EventsSearch): AlertFilter {
  return {
    ...(camera ? { camera } : {}),
    ...(type ? { type } : {}),
    ...(day ? { day } : {}),
    ...(before ? { before } : {}),
    ...(reviewed === "no" ? { reviewed: false } : {}),
    ...(starred === "yes" ? { starred: true } : {}),
  };
}

export function isFiltered(search: EventsSearch): boolean {
  return Object.values(filterOf(search)).some((value) => value !== undefined);
}
