// The one place that calls the server over HTTP: typed by the contract, errors always `ProblemError`.
import createClient from "openapi-fetch";
import { ProblemError, problemFrom } from "./problem";
import type { paths } from "./schema";

export const http = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  // Looked up at each call, so that tests can put their own in place.
  fetch: (request) => globalThis.fetch(request),
});

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
