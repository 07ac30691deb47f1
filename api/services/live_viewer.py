"""One viewer of live video: what waits for it, and how much of it. It may see less than others, but never the past.

A viewer acknowledges every unit. When the oldest one under way is `LATE_SECONDS` older than the newest, what waits is dropped, and
it goes on with the next key unit once its line is empty again; so its queue is bounded and nobody else is slowed. No I/O here.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from api.services.live_unit import PICTURE, VIDEO, LiveUnit

LATE_SECONDS = 0.8
_EMPTY_SECONDS = 0.2
_MOST_BYTES = 4 << 20
_WRAPS = 1 << 32


class LiveViewer:
    """Used on the event loop: the feed offers, one task takes and one acknowledges. `request_key` asks the camera."""

    def __init__(self, *, pictures: bool, request_key: Callable[[], None]) -> None:
        self.kind = PICTURE if pictures else VIDEO
        self.dropped = 0
        self.note: str | None = None
        self._request_key = request_key
        self._waiting: deque[LiveUnit] = deque()
        self._waiting_bytes = 0
        self._under_way: deque[tuple[int, int]] = deque()
        self._needs_key = True
        self._newest_us = 0
        self._woken = asyncio.Event()
        self._told: str | None = None

    def offer(self, unit: LiveUnit) -> None:
        """A unit came from the camera: keep it for this viewer, or let it go."""
        self._newest_us = unit.captured_us
        if self.kind == PICTURE:
            self._clear()  # the newest takes the place of one that did not leave yet
        elif self._needs_key:
            if not unit.key or self.late_seconds() > _EMPTY_SECONDS:
                self.dropped += 1
                return
            self._needs_key = False
        elif self.late_seconds() > LATE_SECONDS or self._waiting_bytes + len(unit.message) > _MOST_BYTES:
            self.dropped += len(self._waiting) + 1
            self.begin_anew()
            return
        self._waiting.append(unit)
        self._waiting_bytes += len(unit.message)
        self._woken.set()

    def begin_anew(self) -> None:
        """What follows does not continue what was: wait for the next key unit."""
        self._clear()
        self._needs_key = True

    def ask_anew(self) -> None:
        """The viewer cannot go on with what it has."""
        self.begin_anew()
        self._request_key()

    def tell(self, note: str) -> None:
        """Say how the feed is, as soon as the line takes it."""
        self.note = note
        self._woken.set()

    def acknowledge(self, sequence: int) -> None:
        """The viewer has this unit and all before it."""
        while self._under_way and (sequence - self._under_way[0][0]) % _WRAPS < _WRAPS // 2:
            self._under_way.popleft()
        if self._needs_key and self.late_seconds() <= _EMPTY_SECONDS and self.kind == VIDEO:
            self._request_key()
        self._woken.set()

    async def take(self) -> LiveUnit | str:
        """The next thing to send: a unit, which is under way from now on, or a note. Waits until there is one."""
        while True:
            if self.note is not None and self.note != self._told:
                self._told = self.note
                return self.note
            if self._waiting and not (self.kind == PICTURE and self._under_way):
                unit = self._waiting.popleft()
                self._waiting_bytes -= len(unit.message)
                self._under_way.append((unit.sequence, unit.captured_us))
                return unit
            self._woken.clear()
            await self._woken.wait()

    @property
    def waiting(self) -> int:
        """How many units wait to leave."""
        return len(self._waiting)

    def late_seconds(self) -> float:
        """How old the oldest unit under way or waiting is, compared with the newest."""
        oldest = self._under_way[0][1] if self._under_way else self._waiting[0].captured_us if self._waiting else None
        return 0.0 if oldest is None else max(0.0, (self._newest_us - oldest) / 1e6)

    def _clear(self) -> None:
        self._waiting.clear()
        self._waiting_bytes = 0
