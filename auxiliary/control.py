"""The camera's control connection to the server: JSON texts, each an object with a `type` that decides who handles it.

Open as long as the agent runs and the server is there; lost, it is opened again. A message of an unknown type is passed over:
the server may be newer. Runs in the event loop. Neighbours: `link` knows when the server may be asked, and who we are to it.
"""

import asyncio
import json
import logging
import random
import ssl
from collections.abc import Callable, Mapping
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from auxiliary.backoff import Backoff
from auxiliary.link import Link

logger = logging.getLogger(__name__)

_OPEN_SECONDS = 10.0
_PING_SECONDS = 10.0
_LONGEST_MESSAGE_BYTES = 256 << 10
_LONGEST_PAUSE_SECONDS = 20.0
_HELD_SECONDS = 30.0  # a connection that lasted so long was a good one

Handler = Callable[[Mapping[str, Any]], object]


class Control:
    """Handlers are called in the event loop, in the order of the messages, and should return at once."""

    def __init__(self, link: Link, token: str, rng: random.Random, tls: ssl.SSLContext | None = None) -> None:
        self._link = link
        self._token = token
        self._tls = tls
        self._backoff = Backoff(rng, longest_seconds=_LONGEST_PAUSE_SECONDS)
        self._handlers: dict[str, Handler] = {}
        self._socket: ClientConnection | None = None

    def on(self, kind: str, handler: Handler) -> None:
        """Messages of this type go to `handler`."""
        self._handlers[kind] = handler

    async def send(self, message: Mapping[str, Any]) -> bool:
        """Tell the server something; False when it is not connected."""
        if self._socket is None:
            return False
        try:
            await self._socket.send(json.dumps(message))
        except ConnectionClosed:
            return False
        return True

    async def run(self) -> None:
        """Stay connected until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            camera_id = await self._link.ready()
            began = loop.time()
            try:
                await self._listen(camera_id)
            except (OSError, TimeoutError, WebSocketException) as error:
                logger.info("the control connection failed: %s", error)
            if loop.time() - began > _HELD_SECONDS:
                self._backoff.reset()
            await asyncio.sleep(self._backoff.next_seconds())

    async def _listen(self, camera_id: str) -> None:
        socket = await connect(
            f"ws{self._link.server.removeprefix('http')}/cameras/{camera_id}/control",
            ssl=self._tls,
            additional_headers={"Authorization": f"Bearer {self._token}"},
            compression=None,
            max_size=_LONGEST_MESSAGE_BYTES,
            open_timeout=_OPEN_SECONDS,
            ping_interval=_PING_SECONDS,
            ping_timeout=_PING_SECONDS,
            close_timeout=1.0,
        )
        async with socket:
            self._socket = socket
            try:
                async for text in socket:
                    self._handle(text)
            finally:
                self._socket = None

    def _handle(self, text: str | bytes) -> None:
        try:
            message = json.loads(text)
            handler = self._handlers.get(message["type"])
            if handler is not None:
                handler(message)
        except (ValueError, KeyError, TypeError) as error:
            logger.warning("a control message that cannot be understood: %r", error)
