"""The media connection as a WebSocket. The only module of live view that knows its library and its address."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

_OPEN_SECONDS = 5.0
_PING_SECONDS = 5.0
_LONGEST_TEXT_BYTES = 1024


class WebSocketMedia:
    """Implements `Media`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def send(self, message: bytes) -> None:
        try:
            await self._socket.send(message)
        except ConnectionClosed as error:
            raise OSError(str(error)) from error

    async def receive(self) -> str | None:
        while True:
            try:
                text = await self._socket.recv()
            except ConnectionClosed:
                return None
            if isinstance(text, str):
                return text


@asynccontextmanager
async def open_media(
    server: str, camera_id: str, token: str, tls: ssl.SSLContext | None = None
) -> AsyncIterator[WebSocketMedia]:
    """Connect as the camera `camera_id`. Raises OSError when that cannot be."""
    address = f"ws{server.removeprefix('http')}/cameras/{camera_id}/media"
    try:
        socket = await connect(
            address,
            ssl=tls,
            additional_headers={"Authorization": f"Bearer {token}"},
            compression=None,  # video does not get smaller
            max_size=_LONGEST_TEXT_BYTES,
            open_timeout=_OPEN_SECONDS,
            ping_interval=_PING_SECONDS,
            ping_timeout=_PING_SECONDS,
            close_timeout=1.0,
        )
    except WebSocketException as error:
        raise OSError(str(error)) from error
    async with socket:
        yield WebSocketMedia(socket)
