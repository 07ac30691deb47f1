"""Proof of life: a small picture every minute, alarm or not, so that a person can see that the camera sees.

It lives in memory alone and is sent when nothing else waits: on the card it would cost more writes in a quiet day than all
else together, and a newer one makes it worthless anyway. Neighbours: `watch` has the latest frame, `link` sends.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from auxiliary.clock import Clock, corrected, stamp
from auxiliary.delivery import Verdict
from auxiliary.ids import uuid7
from auxiliary.link import Link
from auxiliary.records import Picture
from auxiliary.source.types import Frame, SourceError
from auxiliary.spool import Spool
from auxiliary.wire import request_for

logger = logging.getLogger(__name__)

_LOOK_AGAIN_SECONDS = 1.0
_LOOK_FOR_CHANGE_SECONDS = 10.0


class ProofOfLife:
    """Runs in the event loop. `every_seconds` may change; 0 is off. `latest` gives the newest frame, or None while the camera gives none."""

    def __init__(
        self,
        link: Link,
        spool: Spool,
        clock: Clock,
        *,
        every_seconds: Callable[[], float],
        latest: Callable[[], Frame | None],
        blocking: Callable[..., Awaitable[Any]] = asyncio.to_thread,
    ) -> None:
        self._link = link
        self._spool = spool
        self._clock = clock
        self._every_seconds = every_seconds
        self._latest = latest
        self._blocking = blocking
        self._waiting: tuple[Picture, bytes] | None = None
        self._new = asyncio.Event()

    async def run(self) -> None:
        """Photograph and send until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._photograph())
            tasks.create_task(self._send())

    async def _photograph(self) -> None:
        """The first as soon as there is one, then at the pace. The newest takes the place of one that could not be sent."""
        while True:
            every_seconds = self._every_seconds()
            frame = self._latest()
            if frame is None or not every_seconds:
                await asyncio.sleep(_LOOK_AGAIN_SECONDS if every_seconds else _LOOK_FOR_CHANGE_SECONDS)
                continue
            try:
                jpeg: bytes = await self._blocking(frame.still.thumbnail)
            except SourceError as error:
                logger.warning("no proof of life: %s", error)
                await asyncio.sleep(every_seconds)
                continue
            at = stamp(self._clock, frame.captured_ns)
            picture = Picture(image_id=uuid7(at.wall_ns), stamp=at, filename=f"{frame.name}.jpg", role="more")
            self._waiting = picture, jpeg
            self._new.set()
            await asyncio.sleep(every_seconds)

    async def _send(self) -> None:
        while True:
            await self._new.wait()
            camera_id = await self._link.ready()
            waiting = self._waiting
            if waiting is None:
                self._new.clear()
            elif self._spool.waiting:
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
            else:
                await self._deliver(*waiting, camera_id)

    async def _deliver(self, picture: Picture, jpeg: bytes, camera_id: str) -> None:
        at = corrected(picture.stamp, self._clock)
        outcome = await self._link.exchange(request_for(picture, camera_id, stamp=at, jpeg=jpeg), picture.image_id)
        over = outcome.verdict in (Verdict.DELIVERED, Verdict.REFUSED)
        if over and self._waiting is not None and self._waiting[0] is picture:
            self._waiting = None
