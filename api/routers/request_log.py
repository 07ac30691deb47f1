"""Middleware: gives each request an id, answers it as `X-Request-Id`, and logs one line when the request is over.

It logs the route's template, never the address itself: addresses carry ids, cursors and, for shares, a secret.
"""

import logging
import os
import time
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.log import RequestNote, request_note
from api.metrics import Metrics

_LOG = logging.getLogger(__name__)
_QUIET = {"/healthz", "/readyz", "/metrics", "/assets"}


class RequestLog:
    """The outermost middleware. An id that a stranger sends is not taken over: it could be anything."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        watched = _Watched(receive, send)
        note = watched.note
        client = scope.get("client")
        note.address = client[0] if client else None
        # Never reset: every request has a task, and so a context, of its own; what logs after us still finds the id.
        request_note.set(note)
        begun = time.perf_counter()
        try:
            await self._app(scope, watched.receive, watched.send)
        except Exception:
            watched.status = 500
            raise
        finally:
            self._over(scope, watched, time.perf_counter() - begun)

    def _over(self, scope: Scope, watched: "_Watched", seconds: float) -> None:
        method, route = scope.get("method", "WS"), _route(scope)
        self._metrics.answered(method, route, watched.status, seconds)
        level = logging.DEBUG if route in _QUIET else logging.INFO
        _LOG.log(
            level if watched.status < 500 else logging.WARNING,
            "request method=%s route=%s status=%d ms=%.1f in=%d out=%d who=%s",
            method,
            route,
            watched.status,
            seconds * 1000,
            watched.received_bytes,
            watched.sent_bytes,
            watched.note.who,
        )


class _Watched:
    """The two ends of one request, counted. `status` 499: the client went before the answer."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self.note = RequestNote(os.urandom(6).hex())
        self.status = 499
        self.received_bytes = 0
        self.sent_bytes = 0

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self.received_bytes += len(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        match message["type"]:
            # First: a burst sends thousands of them.
            case "websocket.send":
                self.sent_bytes += len(message.get("text") or message.get("bytes") or "")
            case "http.response.start":
                self.status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = self.note.request_id
            case "http.response.body":
                self.sent_bytes += len(message.get("body", b""))
            case "websocket.accept":
                self.status = 101
            case "websocket.close" if self.status == 499:
                self.status = 403
        await self._send(message)


def _route(scope: Scope) -> str:
    """The template of the route that took the request; `-` when none did."""
    route: Any = scope.get("route")
    path = getattr(route, "path", None) or ("/assets" if scope.get("app_root_path") is not None else None)
    return path if isinstance(path, str) else "-"
