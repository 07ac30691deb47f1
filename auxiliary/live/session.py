"""Live view on demand: a media connection to the server while that says that somebody watches, and nothing otherwise.

The server says `live_start` by the control connection, and again every few seconds; without it watching ends by itself, so a
forgotten one costs nothing. Video crosses on a connection of its own: it never blocks alarms and pictures.
Neighbours: `video` gives units, `watch` the newest frame for those who want single pictures, `uplink` decides what is sent.
"""

import asyncio
import contextlib
import itertools
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from auxiliary.clock import Clock
from auxiliary.live.connection import Media, MediaConnection
from auxiliary.source.types import Frame, SourceError
from auxiliary.video import Video

logger = logging.getLogger(__name__)

LONGEST_LEASE_SECONDS = 60.0
_PICTURE_EVERY_SECONDS = 0.2
_RETRY_SECONDS = (0.2, 3.0)


Connect = Callable[[], AbstractAsyncContextManager[Media]]


class Live:
    """Runs in the event loop. `connect` opens the media connection and raises OSError when it cannot."""

    def __init__(
        self,
        video: Video,
        clock: Clock,
        *,
        connect: Connect,
        latest: Callable[[], Frame | None],
        most_kilobits: Callable[[], int],
        blocking: Callable[..., Awaitable[Any]] = asyncio.to_thread,
        rng: random.Random,
    ) -> None:
        self._video = video
        self._clock = clock
        self._connect = connect
        self._latest = latest
        self._most_kilobits = most_kilobits
        self._blocking = blocking
        self._rng = rng
        self._until_ns = 0
        self._wants_video = self._wants_pictures = False
        self._changed = asyncio.Event()
        self._sequence = itertools.count(1)

    def start(self, message: Mapping[str, Any]) -> None:
        """`live_start`: somebody watches, for the next `for_seconds` at least."""
        seconds = min(float(message.get("for_seconds", 30)), LONGEST_LEASE_SECONDS)
        self._until_ns = self._clock.monotonic_ns() + round(seconds * 1e9)
        self._wants_video = bool(message.get("video", True))
        self._wants_pictures = bool(message.get("pictures", False))
        self._changed.set()

    def stop(self, message: Mapping[str, Any] | None = None) -> None:
        """`live_stop`: nobody watches any more."""
        self._until_ns = 0
        self._changed.set()

    @property
    def watched(self) -> bool:
        return self._clock.monotonic_ns() < self._until_ns

    async def run(self) -> None:
        """Send while somebody watches, until cancelled."""
        while True:
            self._changed.clear()
            if not self.watched:
                await self._changed.wait()
                continue
            try:
                async with self._connect() as media:
                    await self._send_while_watched(media)
            except (OSError, TimeoutError) as error:
                logger.info("the media connection failed: %s", error)
            except Exception:  # live view must not end the agent
                logger.exception("live view failed")
            if self.watched:
                await asyncio.sleep(self._rng.uniform(*_RETRY_SECONDS))

    async def _send_while_watched(self, media: Media) -> None:
        connection = MediaConnection(
            media,
            self._video,
            self._clock,
            most_kilobits=self._most_kilobits(),
            next_sequence=lambda: next(self._sequence),
        )
        tasks = [asyncio.create_task(part()) for part in (connection.listen, connection.send, self._until_unwatched)]
        tasks.append(asyncio.create_task(self._attend(connection)))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._video.want("live", None, connection.take)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _until_unwatched(self) -> None:
        while self.watched:
            self._changed.clear()
            left_seconds = (self._until_ns - self._clock.monotonic_ns()) / 1e9
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left_seconds):
                    await self._changed.wait()

    async def _attend(self, connection: MediaConnection) -> None:
        """What is wanted may change; single pictures, for those who cannot show video, leave one after the other."""
        while True:
            connection.want_video(self._wants_video)
            if self._wants_pictures and not connection.picture_under_way and (frame := self._latest()) is not None:
                try:
                    jpeg: bytes = await self._blocking(frame.still.jpeg)
                except SourceError as error:
                    logger.warning("no live picture: %s", error)
                else:
                    await connection.send_picture(jpeg, frame.captured_ns)
            await asyncio.sleep(_PICTURE_EVERY_SECONDS)
