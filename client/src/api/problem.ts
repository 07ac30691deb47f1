// One error type for every call: what the server said (RFC 9457), or that it could not be reached at all.
import type { Problem } from "./wire";

export type FieldErrors = Record<string, string>;

export class ProblemError extends Error {
  override readonly name = "ProblemError";
  constructor(
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    /** The server's stable word, or `unreachable`. */
    readonly code: string,
    /** A sentence for people that says what to do. */
    detail: string,
    readonly fields: FieldErrors = {},
  ) {
    super(detail);
  }
}

/** The server did not answer: network, power, or a restart. Worth trying again; nothing the user did. */
export function isUnreachable(error: unknown): boolean {
  return (
    error instanceof ProblemError && (error.status === 0 || error.status === 502 || error.status === 504)
  );
}

export function isUnauthenticated(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 401;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 404;
}

/** Reads what a failed answer carried; a proxy's HTML page still becomes a usable error. */
export function problemFrom(status: number, body: unknown): ProblemError {
  const problem = (typeof body === "object" && body !== null ? body : {}) as Partial<Problem>;
  const fields: FieldErrors = {};
  for (const { field, message } of problem.errors ?? []) fields[field] = message;
  return new ProblemError(
    status,
    problem.code ?? `http_${status}`,
    problem.detail ?? problem.title ?? `The server answered ${status}.`,
    fields,
  );
}
