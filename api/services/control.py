"""The cameras' control connections: messages to a camera that is connected here, and from it to whoever handles their type.

JSON texts, each an object with a `type`. Neighbours: `routers/control.py` serves the sockets; `live` sends. One connection per
camera, the newest wins. A message of an unknown type is passed over: the other side may be newer.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

_LOG = logging.getLogger(__name__)
_SEND_SECONDS = 5.0

Handler = Callable[[UUID, Mapping[str, Any]], Awaitable[None]]


class ControlConnection(Protocol):
    """One camera's socket. `send` raises OSError or RuntimeError when it is gone."""

    async def send(self, message: Mapping[str, Any]) -> None: ...
    async def close(self, code: int) -> None: ...


class Control:
    """The connections of this process. Used on the event loop."""

    def __init__(self) -> None:
        self._connections: dict[UUID, ControlConnection] = {}
        self._handlers: dict[str, Handler] = {}

    def on(self, kind: str, handler: Handler) -> None:
        """Messages of this type from cameras go to `handler`."""
        self._handlers[kind] = handler

    async def send(self, camera_id: UUID, message: Mapping[str, Any]) -> bool:
        """Tell a camera something. False when it is not connected, or does not take it in time."""
        connection = self._connections.get(camera_id)
        if connection is None:
            return False
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                await connection.send(message)
        except (OSError, RuntimeError, TimeoutError):
            return False
        return True

    async def connected(self, camera_id: UUID, connection: ControlConnection) -> None:
        older = self._connections.get(camera_id)
        self._connections[camera_id] = connection
        if older is not None:
            await older.close(1000)

    def disconnected(self, camera_id: UUID, connection: ControlConnection) -> None:
        if self._connections.get(camera_id) is connection:
            del self._connections[camera_id]

    async def hang_up(self, camera_id: UUID, code: int) -> None:
        """End a camera's connection, if it has one here."""
        connection = self._connections.pop(camera_id, None)
        if connection is not None:
            await connection.close(code)

    async def received(self, camera_id: UUID, message: Mapping[str, Any]) -> None:
        """A camera said something."""
        handler = self._handlers.get(str(message.get("type")))
        if handler is None:
            return
        try:
            await handler(camera_id, message)
        except Exception:  # noqa: BLE001 - the edge: one message must not end the connection
            _LOG.exception("control_message_failed", extra={"camera_id": str(camera_id)})
