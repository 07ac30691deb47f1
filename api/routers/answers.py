"""Answers: JSON encoded once, lists with their `Link`, media with their cache headers."""

import hashlib
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import Request
from fastapi.responses import Response


def json_answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON response that is checked by mypy, not at run time: bodies are TypedDicts."""
    return Response(orjson.dumps(body), status, headers, media_type="application/json")


def revalidated(request: Request, body: Any) -> Response:
    """JSON with an ETag of its content; 304 when the client has it. It may change at any time, so it is asked for again."""
    content = orjson.dumps(body)
    etag = hashlib.sha256(content).hexdigest()[:32]
    headers = {"ETag": f'"{etag}"', "Cache-Control": "private, no-cache"}
    if has_etag(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")


def list_answer(request: Request, items: list[Any], next_cursor: str | None) -> Response:
    """A page; RFC 8288 `Link` leads to the next one."""
    headers = {}
    if next_cursor is not None:
        pairs = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
        headers["Link"] = f'<{request.url.path}?{urlencode([*pairs, ("cursor", next_cursor)])}>; rel="next"'
    return json_answer({"items": items, "next_cursor": next_cursor}, headers=headers)


def has_etag(if_none_match: str | None, etag: str) -> bool:
    """RFC 9110, 13.1.2: weak comparison against a list."""
    if if_none_match is None:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or f'"{etag}"' in tags


def prefers_image(accept: str | None) -> bool:
    """Whether `Accept` puts `image/jpeg` above JSON (RFC 9110, 12.5.1); a tie, as with `*/*`, is JSON."""
    if not accept:
        return False
    return _quality(accept, "image", "jpeg") > _quality(accept, "application", "json")


def _quality(accept: str, kind: str, subtype: str) -> float:
    """The weight of the most specific range that matches `kind/subtype`."""
    best = (0, 0.0)
    for part in accept.split(",")[:50]:
        media_range, *parameters = part.strip().lower().split(";")
        range_kind, _, range_subtype = media_range.strip().partition("/")
        if range_kind not in {kind, "*"} or range_subtype not in {subtype, "*"}:
            continue
        specific = 1 + (range_kind != "*") + (range_subtype != "*")
        if specific > best[0]:
            best = (specific, _weight(parameters))
    return best[1]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.strip().partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
