"""`EventBus` within one process: one ring of recent changes; a subscriber is a place in it.

Nothing is copied per viewer: each reads the same ring at its own pace, and a reader that the ring has overtaken is
told so. A cursor is `<run>.<number>`: after a restart of the server the run differs, so nothing is resumed wrongly.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Sequence
from itertools import islice

from sqlalchemy import Connection

from api.broadcast.port import Change, Received, Subscription, TooSlow

_RING = 4096
_LARGEST_BATCH = 256


class InProcessBus:
    """`EventBus` for the embedded server."""

    def __init__(self, ring: int = _RING) -> None:
        self._run = secrets.token_hex(4)
        self._ring: deque[Change] = deque(maxlen=ring)
        self._published = 0
        self._news = asyncio.Event()
        self._read_last: tuple[int, int, Received] | None = None

    def start(self) -> None:
        """There is no other replica to hear."""

    async def stop(self) -> None:
        """Nothing is open."""

    @property
    def connected(self) -> bool:
        return True

    def carry(self, connection: Connection, changes: Sequence[Change]) -> None:
        """There is no other replica to tell."""

    def publish(self, changes: Sequence[Change]) -> None:
        self._ring.extend(changes)
        self._published += len(changes)
        self._wake()

    def lose(self) -> None:
        """Something may have been missed: every subscriber has to read again."""
        self._ring.clear()
        self._published += 1
        self._wake()

    def _wake(self) -> None:
        # Wakes whoever waits now; later waiters get the new event.
        self._news.set()
        self._news = asyncio.Event()

    def subscribe(self, cursor: str | None = None) -> Subscription:
        position = self._position(cursor)
        return _RingSubscription(self, self._published if position is None else position, resumed=position is not None)

    def _position(self, cursor: str | None) -> int | None:
        run, _, number = (cursor or "").partition(".")
        if run != self._run or not number.isdecimal() or len(number) > 18:
            return None
        position = int(number)
        return position if self._oldest() <= position <= self._published else None

    def _read(self, position: int) -> Received:
        """What lies in the ring from a position on. Put together for the first of those who are there."""
        if self._read_last is None or self._read_last[:2] != (position, self._published):
            start = position - self._oldest()
            changes = tuple(islice(self._ring, start, start + _LARGEST_BATCH))
            received = Received(changes, self._cursor(position + len(changes)))
            self._read_last = (position, self._published, received)
        return self._read_last[2]

    def _oldest(self) -> int:
        return self._published - len(self._ring)

    def _cursor(self, position: int) -> str:
        return f"{self._run}.{position}"


class _RingSubscription:
    def __init__(self, bus: InProcessBus, position: int, *, resumed: bool) -> None:
        self._bus = bus
        self._position = position
        self.resumed = resumed

    @property
    def cursor(self) -> str:
        return self._bus._cursor(self._position)

    def take(self) -> Received | None:
        bus = self._bus
        if self._position == bus._published:
            return None
        if self._position < bus._oldest():
            self._position = bus._published
            raise TooSlow
        received = bus._read(self._position)
        self._position += len(received.changes)
        return received

    async def receive(self) -> Received:
        while (received := self.take()) is None:
            await self._bus._news.wait()
        return received

    def close(self) -> None:
        """Nothing is held for a subscriber."""
