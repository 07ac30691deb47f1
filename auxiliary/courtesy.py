"""How what is not urgent makes room: it stands still while an alarm is on its way, and a backlog keeps to a rate.

Works on the body of a request, piece by piece, so that even a picture that is half sent steps aside. In the event loop only.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx

from auxiliary.clock import Clock

_PIECE_BYTES = 8192
_LONGEST_WAIT_SECONDS = 5.0  # a server closes a connection on which nothing comes for long


class Courtesy:
    """`backlog_kilobits`: the most a backlog may take of the line, in kbit/s; 0: all of it."""

    def __init__(self, clock: Clock, backlog_kilobits: int = 0) -> None:
        self._clock = clock
        self._bytes_per_second = backlog_kilobits * 125
        self._urgent = 0
        self._calm = asyncio.Event()
        self._calm.set()
        self._next_ns = 0

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """While this lasts, everybody else stands still."""
        self._urgent += 1
        self._calm.clear()
        try:
            yield
        finally:
            self._urgent -= 1
            if not self._urgent:
                self._calm.set()

    async def turn(self, size_bytes: int, *, backlog: bool) -> None:
        """Wait until a piece of that size may go."""
        try:
            async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                await self._calm.wait()
        except TimeoutError:
            pass
        if backlog and self._bytes_per_second:
            now_ns = self._clock.monotonic_ns()
            self._next_ns = max(self._next_ns, now_ns)
            wait_ns, self._next_ns = (
                self._next_ns - now_ns,
                self._next_ns + size_bytes * 10**9 // self._bytes_per_second,
            )
            await asyncio.sleep(wait_ns / 1e9)


class Manners:
    """How one request behaves: its place beside the others, carried to the transport in the request's extensions."""

    def __init__(self, courtesy: Courtesy, *, backlog: bool) -> None:
        self._courtesy = courtesy
        self._backlog = backlog

    async def pieces(self, body: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(body), _PIECE_BYTES):
            piece = body[start : start + _PIECE_BYTES]
            await self._courtesy.turn(len(piece), backlog=self._backlog)
            yield piece


class _Body(httpx.AsyncByteStream):
    def __init__(self, body: bytes, manners: Manners) -> None:
        self._body = body
        self._manners = manners

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._manners.pieces(self._body):
            yield piece


class PoliteTransport(httpx.AsyncBaseTransport):
    """Sends the body of a request that carries `manners` as they say."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        manners = request.extensions.get("manners")
        if isinstance(manners, Manners):
            request.stream = _Body(await request.aread(), manners)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
