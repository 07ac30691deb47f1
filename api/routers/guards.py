"""Middleware, plain ASGI: request bodies bounded, cross-site calls refused, security headers on every answer."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import DomainError, Forbidden, TooLarge
from api.routers.problems import domain_problem

_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
_CSP = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
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
            await _refuse(
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
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


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
            await _refuse(self._too_large(), scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
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
                headers.setdefault("Cache-Control", "private, no-store")
            await send(message)

        await self._app(scope, receive, add)


async def _refuse(error: DomainError, scope: Scope, receive: Receive, send: Send) -> None:
    response = domain_problem(error)
    # The body has not been read: the connection cannot carry another request.
    response.headers["Connection"] = "close"
    await response(scope, receive, send)
