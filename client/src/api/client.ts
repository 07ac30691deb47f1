// The one place that calls the server over HTTP: typed by the contract, errors always `ProblemError`.
import type { Client } from "openapi-fetch";
import { ProblemError, problemFrom } from "./problem";
import type { paths } from "./schema";

/** What a call may carry; the types of a path's own come from the contract. */
type Options = {
  params?: { path?: Record<string, unknown>; query?: Record<string, unknown> };
  headers?: HeadersInit;
  body?: unknown;
  signal?: AbortSignal;
};

/** The path with its parts filled in and its query; what is null or undefined is left out, a list comes several times. */
export function addressOf(path: string, { path: parts = {}, query = {} }: Options["params"] = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(parts[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) search.append(name, String(one));
    }
  }
  const text = search.toString();
  return text ? `${filled}?${text}` : filled;
}

async function call(method: string, path: string, { params, headers, body, signal }: Options = {}) {
  const sent = new Headers(headers);
  const raw = body === undefined || body instanceof FormData || body instanceof Blob;
  if (!raw) sent.set("Content-Type", "application/json");
  const response = await globalThis.fetch(new URL(addressOf(path, params), globalThis.location.origin), {
    method,
    headers: sent,
    body: raw ? ((body as BodyInit | undefined) ?? null) : JSON.stringify(body),
    signal: signal ?? null,
  });
  const text = response.status === 204 ? "" : await response.text();
  const read = parse(text);
  return response.ok ? { data: read, response } : { error: read, response };
}

/** JSON, or the text itself where a proxy answers with a page of its own. */
function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

const by =
  (method: string) =>
  (path: string, ...[options]: [Options?]) =>
    call(method, path, options);

/**
 * `http.GET("/alerts/{alert_id}", { params: { path: ... } })`. Types are those of openapi-fetch; its code is not used: the
 * part that this viewer needs is small, and the first page has to be, too.
 */
export const http = {
  GET: by("GET"),
  POST: by("POST"),
  PUT: by("PUT"),
  PATCH: by("PATCH"),
  DELETE: by("DELETE"),
} as unknown as Pick<Client<paths>, "GET" | "POST" | "PUT" | "PATCH" | "DELETE">;

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** Awaits a call and returns its data; throws `ProblemError`, and passes an abort on as it is. */
export async function data<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ProblemError(0, "unreachable", "The server did not answer.");
  }
  if (!answer.response.ok) throw problemFrom(answer.response.status, answer.error);
  return answer.data as T;
}
