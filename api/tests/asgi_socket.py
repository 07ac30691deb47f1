"""A WebSocket to the application in this process, for tests that ask who is let in: no network, no server."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI

REFUSED = 403
"""Closed before it was accepted: what a client sees as HTTP 403."""


async def knock(app: FastAPI, url: str, headers: dict[str, str]) -> int | dict[str, Any] | None:
    """Open a WebSocket and hang up after the first thing that is said.

    The close code, `REFUSED`, the first message, or None when it is accepted and nothing is said for a moment.
    """
    parts = urlsplit(url)
    incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    answer: asyncio.Future[int | dict[str, Any]] = asyncio.get_running_loop().create_future()
    accepted = asyncio.Event()
    incoming.put_nowait({"type": "websocket.connect"})

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "websocket.accept":
            accepted.set()
        elif not answer.done():
            if message["type"] == "websocket.close":
                answer.set_result(message["code"] if accepted.is_set() else REFUSED)
            else:
                answer.set_result(json.loads(message["text"]) if message.get("text") else {})

    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(b"host", b"localhost:8000"), *((k.lower().encode(), v.encode()) for k, v in headers.items())],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        "subprotocols": [],
        "state": {},
    }
    serving = asyncio.ensure_future(app(scope, incoming.get, send))  # type: ignore[arg-type]
    try:
        waiting: set[asyncio.Future[Any]] = {answer, serving, asyncio.ensure_future(_quiet(accepted))}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        return answer.result() if answer.done() else None
    finally:
        incoming.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait_for(serving, 10)


async def _quiet(accepted: asyncio.Event) -> None:
    await accepted.wait()
    await asyncio.sleep(0.3)
