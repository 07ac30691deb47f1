"""Live view: brings each camera's units to those who watch it, and asks the camera for them only while somebody does.

One `Feed` per watched camera. A camera sends over a media connection of its own while it is told to (`live_start`, again every
few seconds, by the control connection); the last viewer gone, it is told to stop. Units are passed on as they came. Everything
lives in this process: replicas need both of a camera's connections at the same one (docs/design/live.md).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol
from uuid import UUID

from api.errors import TooMany
from api.services.live_unit import PICTURE, VIDEO, LiveUnit, read_unit
from api.services.live_viewer import LiveViewer

LEASE_SECONDS = 30.0
_RENEW_SECONDS = 5.0
_LOOK_AGAIN_SECONDS = 1.0
_LINGER_SECONDS = 3.0
"""After the last viewer: one who opens another page does not stop and start the camera."""
_KEY_AT_MOST_EVERY_SECONDS = 0.7
_MOST_VIEWERS = 200
_LOG = logging.getLogger(__name__)

STARTING, LIVE, AWAY = "starting", "live", "away"
"""What a viewer is told: the camera was asked, it sends, it cannot be reached."""


class ControlPort(Protocol):
    """The camera's control connection, wherever it ends."""

    async def send(self, camera_id: UUID, message: Mapping[str, Any]) -> bool:
        """False when the camera is not connected."""
        ...


class MediaPort(Protocol):
    """The camera's media connection, as far as a feed needs it. Both return at once when it is gone."""

    async def send_text(self, text: str) -> None: ...
    async def close(self, code: int) -> None: ...


class Feed:
    """One camera while it is watched."""

    def __init__(self, camera_id: UUID, control: ControlPort, forget: Callable[["Feed"], None]) -> None:
        self.camera_id = camera_id
        self.viewers: set[LiveViewer] = set()
        self._control = control
        self._forget = forget
        self._media: MediaPort | None = None
        self._changed = asyncio.Event()
        self._key_due: asyncio.TimerHandle | None = None
        self._key_asked_at = float("-inf")
        self._sending: set[asyncio.Future[None]] = set()
        self._state = STARTING
        self._task = asyncio.create_task(self._keep(), name=f"live {camera_id}")

    def join(self, viewer: LiveViewer) -> None:
        """Raises `TooMany`."""
        if len(self.viewers) >= _MOST_VIEWERS:
            raise TooMany("too_many_viewers", f"A camera is watched by {_MOST_VIEWERS} at most: try again later.")
        self.viewers.add(viewer)
        viewer.tell(self._state)
        self._changed.set()
        if viewer.kind == VIDEO and self._media is not None:
            self.request_key()

    def leave(self, viewer: LiveViewer) -> None:
        self.viewers.discard(viewer)
        self._changed.set()

    def request_key(self) -> None:
        """Ask for a key unit; those who ask within a moment share one."""
        loop = asyncio.get_running_loop()
        if self._key_due is None:
            due = max(loop.time(), self._key_asked_at + _KEY_AT_MOST_EVERY_SECONDS)
            self._key_due = loop.call_at(due, self._ask_for_key)

    def came(self, media: MediaPort) -> None:
        """The camera opened its media connection; an older one of it is over."""
        older, self._media = self._media, media
        if older is not None:
            self._later(older.close(1000))
        for viewer in self.viewers:
            viewer.begin_anew()
        self._say(LIVE)

    def went(self, media: MediaPort) -> None:
        if self._media is media:
            self._media = None
            self._say(STARTING)
            self._changed.set()

    def pass_on(self, unit: LiveUnit) -> None:
        """To everybody who watches this kind."""
        for viewer in self.viewers:
            if viewer.kind == unit.kind:
                viewer.offer(unit)

    async def stop(self) -> None:
        """End what was begun; the camera stops."""
        self._task.cancel()
        await asyncio.gather(self._task, *self._sending, return_exceptions=True)

    def _ask_for_key(self) -> None:
        self._key_due = None
        self._key_asked_at = asyncio.get_running_loop().time()
        if self._media is not None:
            self._later(self._media.send_text("k"))

    def _later(self, sending: Awaitable[None]) -> None:
        task = asyncio.ensure_future(sending)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    def _say(self, state: str) -> None:
        self._state = state
        for viewer in self.viewers:
            viewer.tell(state)

    async def _keep(self) -> None:
        """Keep the camera sending while somebody watches, and a moment longer."""
        try:
            while self.viewers:
                await self._ask()
                if not self.viewers and not await self._comes_back():
                    await self._end()  # one who comes meanwhile finds this feed, and the loop goes on
        except Exception:  # noqa: BLE001 - the edge: nobody waits for this task
            _LOG.exception("live_feed_failed")
            for viewer in self.viewers:
                viewer.tell(AWAY)
        finally:
            self._forget(self)
            if self._key_due is not None:
                self._key_due.cancel()

    async def _ask(self) -> None:
        self._changed.clear()
        kinds = {viewer.kind for viewer in self.viewers}
        message: dict[str, Any] = {"type": "live_start", "for_seconds": LEASE_SECONDS}
        message |= {"video": VIDEO in kinds, "pictures": PICTURE in kinds}
        reached = await self._control.send(self.camera_id, message)
        if self._media is None:
            self._say(STARTING if reached else AWAY)
        with suppress(TimeoutError):
            async with asyncio.timeout(_RENEW_SECONDS if reached else _LOOK_AGAIN_SECONDS):
                await self._changed.wait()

    async def _comes_back(self) -> bool:
        """Whether somebody watches again within a moment."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LINGER_SECONDS):
                while not self.viewers:
                    self._changed.clear()
                    await self._changed.wait()
        return bool(self.viewers)

    async def _end(self) -> None:
        media, self._media = self._media, None
        await self._control.send(self.camera_id, {"type": "live_stop"})
        if media is not None:
            await media.close(1000)


class Live:
    """The feeds of this process. Used on the event loop."""

    def __init__(self, control: ControlPort) -> None:
        self._control = control
        self._feeds: dict[UUID, Feed] = {}

    @property
    def watched(self) -> frozenset[UUID]:
        """The cameras that somebody watches here."""
        return frozenset(self._feeds)

    @asynccontextmanager
    async def watch(self, camera_id: UUID, *, pictures: bool) -> AsyncIterator[LiveViewer]:
        """Watch a camera: `take` from what this gives. Raises `TooMany`."""
        feed = self._feeds.get(camera_id)
        if feed is None:
            feed = self._feeds[camera_id] = Feed(camera_id, self._control, self._forget)
        viewer = LiveViewer(pictures=pictures, request_key=feed.request_key)
        feed.join(viewer)
        try:
            yield viewer
        finally:
            feed.leave(viewer)

    async def receive(self, camera_id: UUID, media: MediaPort, messages: AsyncIterator[bytes]) -> bool:
        """Pass on what a camera sends until it ends; each unit is acknowledged. False when nobody watches it here.

        Raises ValueError for a message that is no unit.
        """
        feed = self._feeds.get(camera_id)
        if feed is None:
            return False
        feed.came(media)
        try:
            async for message in messages:
                unit = read_unit(message)
                feed.pass_on(unit)
                await media.send_text(str(unit.sequence))
        finally:
            feed.went(media)
        return True

    async def stop(self) -> None:
        for feed in list(self._feeds.values()):
            await feed.stop()

    def _forget(self, feed: Feed) -> None:
        if self._feeds.get(feed.camera_id) is feed:
            del self._feeds[feed.camera_id]
