"""A small HTTP/1.1 client for load: one keep-alive connection, one request at a time, nothing parsed that is not needed."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


class Connection(asyncio.Protocol):
    """Raises ConnectionError when the other side hangs up before the answer is whole. Chunked answers are not read."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._whole = 0
        self._head = 0
        self._answer: asyncio.Future[Answer] | None = None

    @classmethod
    async def open(cls, port: int) -> "Connection":
        _, connection = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return connection

    async def ask(self, parts: Iterable[bytes]) -> Answer:
        """Send one request and wait for its answer."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.writelines(parts)
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._whole:
            self._head = self._buffer.find(b"\r\n\r\n") + 4
            if self._head < 4:
                return
            self._whole = self._head + _length(bytes(self._buffer[: self._head]))
        if len(self._buffer) < self._whole or self._answer is None:
            return
        answer = Answer(int(self._buffer[9:12]), bytes(self._buffer[self._head : self._whole]))
        del self._buffer[: self._whole]
        self._whole = 0
        if not self._answer.done():
            self._answer.set_result(answer)

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("hung up before the answer"))


def _length(head: bytes) -> int:
    lower = head.lower()
    start = lower.find(b"content-length:")
    return 0 if start < 0 else int(lower[start + 15 : lower.index(b"\r\n", start)])


def get(path: str, headers: str = "") -> list[bytes]:
    """The bytes of a GET."""
    return [f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()]


@dataclass(slots=True)
class Load:
    """What a load saw: seconds of each answer, in the order of their ends, and of the whole."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    bytes_received: int = 0

    def quantile(self, part: float) -> float:
        """The latency, in seconds, that `part` of the requests did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds


async def load(port: int, requests: int, connections: int, make: Callable[[], list[bytes]]) -> Load:
    """Send so many requests over so many connections. Raises RuntimeError for an answer that is an error."""
    seen = Load()
    left = requests

    async def work() -> None:
        nonlocal left
        connection = await Connection.open(port)
        try:
            while left > 0:
                left -= 1
                parts = make()
                begun = time.perf_counter()
                answer = await connection.ask(parts)
                seen.latencies.append(time.perf_counter() - begun)
                seen.bytes_received += len(answer.body)
                if answer.status >= 300:
                    raise RuntimeError(f"answered {answer.status}: {answer.body[:200]!r}")
        finally:
            connection.close()

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(connections)))
    seen.seconds = time.perf_counter() - begun
    return seen
