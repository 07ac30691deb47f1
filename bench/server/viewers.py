"""Viewers for load: each a WebSocket spoken by hand on an asyncio protocol, noting when messages came. No masking bits
or fragments are expected of the server; a ping is answered."""

import asyncio
import base64
import os
import time
from dataclasses import dataclass, field

_PING, _CLOSE, _TEXT = 9, 8, 1


@dataclass(slots=True)
class Seen:
    """What one viewer got: for each picture that it was told of, when (seconds of `perf_counter`)."""

    pictures: dict[bytes, float] = field(default_factory=dict)
    resyncs: int = 0
    closed: bool = False


class Viewer(asyncio.Protocol):
    """Connects with a session cookie and then only listens."""

    def __init__(self, header: str, ready: asyncio.Future[None]) -> None:
        self.seen = Seen()
        self._header = header
        self._ready = ready
        self._buffer = bytearray()
        self._upgraded = False
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def open(cls, port: int, header: str) -> "Viewer":
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()
        _, viewer = await loop.create_connection(lambda: cls(header, ready), "127.0.0.1", port)
        async with asyncio.timeout(60):
            await ready
        return viewer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{self._header}\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self._buffer += data
        if not self._upgraded:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            self._upgraded = True
            if self._buffer[9:12] != b"101":
                self._ready.set_exception(ConnectionError(bytes(self._buffer[:200])))
                return
            del self._buffer[: end + 4]
        while (frame := self._frame()) is not None:
            self._take(*frame, now)

    def connection_lost(self, error: Exception | None) -> None:
        self.seen.closed = True
        if not self._ready.done():
            self._ready.set_exception(error or ConnectionError("hung up"))

    def _frame(self) -> tuple[int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 127, 2
        if length == 126:
            length, start = int.from_bytes(buffer[2:4], "big"), 4
        elif length == 127:
            length, start = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < start + length:
            return None
        frame = buffer[0] & 15, bytes(buffer[start : start + length])
        del buffer[: start + length]
        return frame

    def _take(self, kind: int, payload: bytes, now: float) -> None:
        if kind == _PING and self._transport is not None:
            self._transport.write(bytes([0x8A, 0x80 | len(payload)]) + b"\0\0\0\0" + payload)
        elif kind == _TEXT and payload.startswith(b'{"type":"hello"') and not self._ready.done():
            self._ready.set_result(None)
        elif kind == _TEXT and payload.startswith(b'{"type":"resync"'):
            self.seen.resyncs += 1
        elif kind == _TEXT:
            start = 0
            # Found by its bytes: parsing JSON a thousand times would measure this side.
            while (start := payload.find(b'"action":"created","image_id":"', start)) >= 0:
                self.seen.pictures.setdefault(payload[start + 31 : start + 67], now)
                start += 67
