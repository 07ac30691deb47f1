"""Errors as RFC 9457 problem documents: the one place where they become HTTP."""

import logging
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from api.errors import DomainError, FieldProblem
from api.schemas.common import Problem

_LOG = logging.getLogger(__name__)
_HTTP = {
    400: ("bad_request", "Bad request", "This is no well-formed request."),
    404: ("not_found", "Not found", "There is nothing at this address: GET /docs lists what there is."),
    405: ("method_not_allowed", "Method not allowed", "This address does not take this method: see GET /docs."),
    408: ("too_slow", "Too slow", "The request did not come in time: send it again."),
    413: ("too_large", "Too large", "The request is larger than this address takes."),
}


def problem_response(
    status: int,
    code: str,
    title: str,
    detail: str,
    errors: tuple[FieldProblem, ...] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """A problem document as a response."""
    body: Problem = {
        "type": f"urn:picam:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors:
        body["errors"] = [{"field": error.field, "message": error.message} for error in errors]
    extra = dict(headers or {})
    if status == 401:
        extra["WWW-Authenticate"] = "Bearer"
    return Response(orjson.dumps(body), status, extra, media_type="application/problem+json")


def domain_problem(error: DomainError) -> Response:
    """The response that tells of a domain error."""
    headers = {} if error.retry_after_seconds is None else {"Retry-After": str(error.retry_after_seconds)}
    return problem_response(error.status, error.code, error.title, error.detail, error.errors, headers)


def field_problems(errors: list[ErrorDetails] | list[dict[str, Any]]) -> tuple[FieldProblem, ...]:
    """Pydantic's findings in our words: where, and what is wrong there. The value itself is not repeated."""
    return tuple(
        FieldProblem(
            ".".join(str(part) for part in error["loc"] if part not in {"body", "query", "path"}) or "body",
            str(error["msg"]).removeprefix("Value error, "),
        )
        for error in errors[:20]
    )


def install_problem_handlers(app: FastAPI) -> None:
    """Make every error of `app` a problem document."""

    @app.exception_handler(DomainError)
    async def on_domain(_request: Request, error: DomainError) -> Response:
        return domain_problem(error)

    @app.exception_handler(RequestValidationError)
    async def on_validation(_request: Request, error: RequestValidationError) -> Response:
        problems = field_problems(list(error.errors()))
        return problem_response(422, "invalid_request", "Invalid request", summary(problems), problems)

    @app.exception_handler(HTTPException)
    async def on_http(_request: Request, error: HTTPException) -> Response:
        code, title, detail = _HTTP.get(error.status_code, ("error", "Error", str(error.detail)))
        return problem_response(error.status_code, code, title, detail, headers=dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def on_bug(request: Request, error: Exception) -> Response:
        # Which call it was says the line that `RequestLog` writes; addresses may carry secrets.
        _LOG.error("unexpected_error method=%s", request.method, exc_info=error)
        return problem_response(
            500, "internal_error", "Internal error", "The server failed: its log says why. Try again."
        )


def summary(problems: tuple[FieldProblem, ...]) -> str:
    """One sentence for a person: the first problem, and how many more."""
    if not problems:
        return "The request is not valid."
    first = f"`{problems[0].field}`: {problems[0].message}"
    return first + (f" (and {len(problems) - 1} more)." if len(problems) > 1 else ".")


_DESCRIPTIONS = {
    401: "No credential, or one that is not valid any more.",
    403: "The credential does not allow this.",
    404: "There is no such thing.",
    408: "The upload stalled.",
    409: "It contradicts what is stored.",
    413: "Larger than the server takes.",
    415: "A content type that this address does not take.",
    416: "There is no such range of bytes; `Content-Range` says how long it is.",
    422: "Something in the request is wrong; `errors` says which fields.",
    429: "Too many: try again after `Retry-After` seconds, or later.",
    503: "Not available just now: try again after `Retry-After` seconds.",
    507: "The disk is full: try again after `Retry-After` seconds.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: which problems it answers with, for OpenAPI."""
    return {
        status: {
            "description": _DESCRIPTIONS[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in (*statuses, 503)
    }
