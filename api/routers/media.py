"""Answers that are pictures: not modified, from a file, from memory, or a redirect to where the bytes are."""

import asyncio
import re
from collections.abc import Awaitable, Callable

from fastapi import Request
from fastapi.responses import FileResponse, Response

from api.routers.answers import has_etag
from api.routers.problems import problem_response
from api.storage import InMemory, LocalFile, Location, RemoteUrl

_IMMUTABLE = "private, max-age=31536000, immutable"
_JPEG = "image/jpeg"
# A redirect is forgotten by the browser before the address that it leads to stops working.
_REDIRECT_MARGIN_SECONDS = 60
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


async def media_answer(
    request: Request, etag: str, filename: str, locate: Callable[[], Awaitable[Location]]
) -> Response:
    """A JPEG that never changes: strong ETag, Range, cached for ever; 304, without a look at the store, when the
    client has it. `locate` may raise what it likes."""
    headers = {
        "ETag": f'"{etag}"',
        "Cache-Control": _IMMUTABLE,
        "Vary": "Accept",
        "Content-Disposition": f'inline; filename="{filename}"',
        # A picture is never a page: whatever bytes it holds, nothing in it runs.
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    if has_etag(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    match await locate():
        case LocalFile(path) if "range" in request.headers:
            # Rare, for pictures: a download that goes on. Starlette's own answers to a bad range are no problems.
            return _from_memory(request, await asyncio.to_thread(path.read_bytes), headers)
        case LocalFile(path):
            return FileResponse(path, headers=headers, media_type=_JPEG)
        case InMemory(data):
            return _from_memory(request, data, headers)
        case RemoteUrl(url, lifetime_seconds):
            return _redirect(url, lifetime_seconds)


def _redirect(url: str, lifetime_seconds: int) -> Response:
    """Without an ETag: a 304 would make the browser follow its old redirect again, to an address that has expired."""
    max_age = max(0, lifetime_seconds - _REDIRECT_MARGIN_SECONDS)
    headers = {"Location": url, "Cache-Control": f"private, max-age={max_age}", "Vary": "Accept"}
    return Response(status_code=307, headers=headers)


def _from_memory(request: Request, data: bytes, headers: dict[str, str]) -> Response:
    """The whole, or the one range that was asked for (RFC 9110, 14.2: any other form may be ignored)."""
    headers["Accept-Ranges"] = "bytes"
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if_range = request.headers.get("if-range", headers["ETag"])
    if asked is None or asked.group() == "bytes=-" or if_range != headers["ETag"]:
        return Response(data, headers=headers, media_type=_JPEG)
    start, end = _bounds(asked[1], asked[2], len(data))
    if start >= end:
        detail = f"The picture has {len(data)} bytes: ask for a range within them, or for the whole."
        beyond = {"Content-Range": f"bytes */{len(data)}"}
        return problem_response(416, "range_not_satisfiable", "Range not satisfiable", detail, headers=beyond)
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(data)}"
    return Response(data[start:end], 206, headers, media_type=_JPEG)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Start and exclusive end; empty when the range cannot be satisfied."""
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1 if last else size)
