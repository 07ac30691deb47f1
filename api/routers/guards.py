"""Middleware, plain ASGI: request bodies bounded, cross-site calls refused, security headers on every answer."""

import asyncio
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from api.errors import DomainError, Forbidden, TooLarge
from api.routers.problems import domain_problem

_SMALL_BODY_SECONDS = 30.0
_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
_CSP = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# Not `includeSubDomains`: the other machines of a domain are none of ours.
_HSTS = "max-age=31536000"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Frame-Options": "DENY",
}


class SameOrigin:
    """An unsafe call from another site's page is refused: the session cookie alone must not move anything.

    Browsers state `Sec-Fetch-Site` or at least `Origin`; programs state neither and carry their credential knowingly.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in _UNSAFE and not _same_origin(Headers(scope=scope)):
            await refuse(
                Forbidden("cross_site", "This call comes from another site's page: open the viewer itself."),
                scope,
                receive,
                send,
            )
            return
        await self._app(scope, receive, send)


def _same_origin(headers: Headers) -> bool:
    if "authorization" in headers and "cookie" not in headers:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    return own_origin(headers)


def own_origin(headers: Headers) -> bool:
    """Whether `Origin` names this server as the caller named it, or is not stated; one that cannot be read does not."""
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    except ValueError:
        return False


class BodyLimit:
    """Bodies of calls that are not uploads are small; more is refused, by the stated length or while it comes."""

    def __init__(self, app: ASGIApp, *, limit_bytes: int, unlimited: Iterable[str]) -> None:
        self._app = app
        self._limit = limit_bytes
        self._unlimited = tuple(unlimited)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (
            scope["path"].startswith(self._unlimited) and scope["method"] in {"POST", "PUT"}
        ):
            await self._app(scope, receive, send)
            return
        stated = Headers(scope=scope).get("content-length", "")
        if stated.isdecimal() and int(stated[:18]) > self._limit:
            await refuse(self._too_large(), scope, receive, send)
            return
        seen, complete = 0, False
        ends_at = asyncio.get_running_loop().time() + _SMALL_BODY_SECONDS

        async def counted() -> Message:
            nonlocal seen, complete
            try:
                # After the body this only waits for the caller to hang up, which may take as long as it likes.
                async with asyncio.timeout_at(None if complete else ends_at):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408) from None
            complete = not message.get("more_body", False)
            seen += len(message.get("body", b""))
            if seen > self._limit:
                # Not a domain error: FastAPI turns whatever but this is raised under its body reading into a 400.
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)

    def _too_large(self) -> TooLarge:
        return TooLarge("too_large", f"This call takes at most {self._limit} bytes.")


class SecurityHeaders:
    """On every answer; an answer's own headers win. What people see is not kept by shared caches."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", _CSP)
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", _HSTS)
                headers.setdefault("Cache-Control", "private, no-store")
            await send(message)

        await self._app(scope, receive, add)


async def refuse(error: DomainError, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with a problem; a WebSocket is not opened (its handshake is answered 403)."""
    if scope["type"] == "websocket":
        await WebSocketClose(1008)(scope, receive, send)
        return
    response = domain_problem(error)
    # The body has not been read: the connection cannot carry another request.
    response.headers["Connection"] = "close"
    await response(scope, receive, send)
