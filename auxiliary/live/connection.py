"""One media connection while live: units out, as many as the line carries; acknowledgements in. Neighbours: `session`, `uplink`."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import Protocol

from auxiliary.clock import Clock, stamp
from auxiliary.live.units import PICTURE, VIDEO, pack
from auxiliary.live.uplink import Uplink
from auxiliary.source.types import Unit
from auxiliary.video import Video

_MOST_HANDED_OVER = 64  # waiting for the event loop: more means that it hangs


class Media(Protocol):
    """What is used of a WebSocket. Both raise OSError when it is gone; `receive` gives None once the server closed it."""

    async def send(self, message: bytes) -> None: ...
    async def receive(self) -> str | None: ...


class MediaConnection:
    """Lives in the event loop; `take` alone comes from the camera's thread."""

    def __init__(
        self, media: Media, video: Video, clock: Clock, *, most_kilobits: int, next_sequence: Callable[[], int]
    ) -> None:
        self._media = media
        self._video = video
        self._clock = clock
        self._next_sequence = next_sequence
        self._loop = asyncio.get_running_loop()
        self._uplink = Uplink(most_kilobits)
        self._pictures: set[int] = set()
        self._new = asyncio.Event()
        self._handed_over: deque[Unit] = deque()
        self._skipped = False
        self._rate: int | None = None
        self._sending = asyncio.Lock()

    @property
    def picture_under_way(self) -> bool:
        return bool(self._pictures)

    def want_video(self, wanted: bool) -> None:
        """Have the camera encode for us at the rate that the line carries, or not at all."""
        rate = self._uplink.kilobits_per_second if wanted else None
        if rate != self._rate:
            self._rate = rate
            self._video.want("live", rate, self.take)
            if rate is not None:
                self._video.request_key()

    def take(self, unit: Unit) -> None:
        if len(self._handed_over) >= _MOST_HANDED_OVER:
            self._skipped = True
            return
        self._handed_over.append(unit)
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._took)

    async def send(self) -> None:
        """Send what the uplink lets through, until cancelled."""
        while True:
            unit = self._uplink.take()
            if unit is None:
                self._new.clear()
                await self._new.wait()
                continue
            async with self._sending:
                await self._media.send(unit.message)

    async def send_picture(self, jpeg: bytes, captured_ns: int) -> None:
        unit = pack(
            PICTURE, key=True, epoch=0, sequence=self._next_sequence(), captured_us=self._wall(captured_ns), data=jpeg
        )
        self._pictures.add(unit.sequence)
        async with self._sending:
            await self._media.send(unit.message)

    async def listen(self) -> None:
        """Until the server closes: numbers acknowledge, `k` asks for a key unit."""
        while (text := await self._media.receive()) is not None:
            if text == "k":
                self._video.request_key()
            elif text.isascii() and text.isdecimal():
                self._acknowledged(int(text))

    def _took(self) -> None:
        unit = self._handed_over.popleft()
        if self._skipped:
            self._skipped = False
            self._uplink.begin_anew()
        packed = pack(
            VIDEO,
            key=unit.key,
            epoch=unit.epoch,
            sequence=self._next_sequence(),
            captured_us=self._wall(unit.captured_ns),
            data=unit.data,
        )
        self._uplink.offer(packed)
        self._new.set()

    def _wall(self, captured_ns: int) -> int:
        return stamp(self._clock, captured_ns).wall_ns // 1000

    def _acknowledged(self, sequence: int) -> None:
        self._pictures.discard(sequence)
        if self._uplink.acknowledged(sequence):
            self._video.request_key()
        if self._rate is not None:
            self.want_video(True)
