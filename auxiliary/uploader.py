"""Sends what waits in the spool, the most urgent first, until the server has it. Runs in the event loop.

Two lanes: one carries alerts and their first pictures only, so that a new alarm never stands behind a large picture on a slow
line; the other takes whatever is next, and stands still in the middle of a picture while the first is at work. An item leaves the spool only after a 2xx of our server, or when that refuses it for good.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Any

from auxiliary.backoff import Backoff
from auxiliary.clock import Clock, corrected
from auxiliary.courtesy import Courtesy, Manners
from auxiliary.delivery import Outcome, Verdict
from auxiliary.link import Link
from auxiliary.records import KeyPicture, Picture, Record
from auxiliary.spool import LEAST, Item, Priority, Spool, captured_ns
from auxiliary.status import Status, count
from auxiliary.wire import request_for

logger = logging.getLogger(__name__)

_LOOK_AGAIN_SECONDS = 1.0
_LONGEST_DEFER_SECONDS = 600.0
_BACKLOG_AFTER_NS = 60_000_000_000

Blocking = Callable[..., Awaitable[Any]]


class Uploader:
    """`blocking` runs a function that waits for the card somewhere else than in the event loop."""

    def __init__(
        self,
        spool: Spool,
        link: Link,
        clock: Clock,
        status: Status,
        rng: random.Random,
        *,
        courtesy: Courtesy | None = None,
        blocking: Blocking = asyncio.to_thread,
    ) -> None:
        self._spool = spool
        self._link = link
        self._clock = clock
        self._status = status
        self._rng = rng
        self._courtesy = courtesy or Courtesy(clock)
        self._blocking = blocking
        self._new = {Priority.ALERT_ENDED: asyncio.Event(), LEAST: asyncio.Event()}
        self._drained = asyncio.Event()
        self._defers: dict[tuple[str, str], Backoff] = {}
        self._forbidden: set[tuple[str, str]] = set()
        self._began_ns: dict[Priority, int] = {}
        link.kept = self._kept

    async def run(self) -> None:
        """Send until cancelled."""
        loop = asyncio.get_running_loop()
        self._spool.on_new(lambda priority: loop.call_soon_threadsafe(self._wake, priority))
        async with asyncio.TaskGroup() as lanes:
            for lowest in self._new:
                lanes.create_task(self._lane(lowest), name=f"upload down to {lowest.name.lower()}")

    async def drain(self, timeout_seconds: float | None) -> bool:
        """Wait until nothing waits any more; False when the time was up before. Does not sit out a long pause first."""
        self._link.nudge()
        try:
            async with asyncio.timeout(timeout_seconds):
                while self._spool.waiting:
                    self._drained.clear()
                    await self._drained.wait()
        except TimeoutError:
            return False
        return True

    def busy_seconds(self) -> float:
        """How long the slowest lane has been at one item: minutes are a slow line, much more is a hang."""
        began_ns = min(self._began_ns.values(), default=None)
        return 0.0 if began_ns is None else (self._clock.monotonic_ns() - began_ns) / 1e9

    def _wake(self, priority: Priority) -> None:
        for event in self._new.values():
            event.set()
        if priority is Priority.ALERT_OPENED:
            self._link.nudge()

    async def _lane(self, lowest: Priority) -> None:
        while True:
            camera_id = await self._link.ready()
            self._new[lowest].clear()
            item = self._spool.claim(lowest, self._clock.monotonic_ns())
            if item is None:
                await self._wait_for_news(self._new[lowest])
                continue
            not_before_ns = 0
            self._began_ns[lowest] = self._clock.monotonic_ns()
            try:
                with self._courtesy.urgent() if item.priority <= Priority.FIRST_PICTURE else nullcontext():
                    not_before_ns = await self._deliver(item, camera_id)
            except OSError as error:
                logger.warning("the card fails over %s/%s: %s", item.event, item.name, error)
                self._status.say_at_most("card", f"The card fails ({error.strerror or error}).", 60)
            finally:
                self._began_ns.pop(lowest, None)
                self._spool.release(item, not_before_ns)
                self._drained.set()

    async def _wait_for_news(self, event: asyncio.Event) -> None:
        """New items ring; deferred ones become due silently."""
        try:
            async with asyncio.timeout(_LOOK_AGAIN_SECONDS):
                await event.wait()
        except TimeoutError:
            pass

    async def _deliver(self, item: Item, camera_id: str) -> int:
        """Try once; return the monotonic instant before which the item, if it is still here, need not be tried again."""
        record = item.record
        jpeg, thumbnail = b"", None
        if item.envelope.file is not None:
            try:
                jpeg, thumbnail = await self._blocking(self._spool.read, item)
            except OSError as error:
                self._spool.note_lost(captured_ns=captured_ns(record))
                await self._refuse(item, f"the picture cannot be read back: {error.strerror or error}")
                return 0
        stamp = None if isinstance(record, KeyPicture) else corrected(record.stamp, self._clock)
        expected_id = record.image_id if isinstance(record, Picture) else record.alert_id
        request = request_for(record, camera_id, stamp=stamp, jpeg=jpeg, thumbnail=thumbnail)
        manners = None
        if item.priority > Priority.FIRST_PICTURE:
            manners = Manners(self._courtesy, backlog=self._is_backlog(record))
        outcome = await self._link.exchange(request, expected_id, manners)
        return await self._settle(item, outcome)

    def _is_backlog(self, record: Record) -> bool:
        """Whether it is of an earlier boot, or has waited: on a good line nothing waits for a minute."""
        if isinstance(record, KeyPicture) or record.stamp.boot_id != self._clock.boot_id:
            return True
        captured_at_ns = record.stamp.monotonic_ns or 0
        return self._clock.monotonic_ns() - captured_at_ns > _BACKLOG_AFTER_NS

    async def _settle(self, item: Item, outcome: Outcome) -> int:
        match outcome.verdict:
            case Verdict.DELIVERED:
                self._forget(item)
                await self._blocking(self._spool.done, item)
                for event in self._new.values():
                    event.set()  # something may have waited for this one
            case Verdict.REFUSED:
                await self._refuse(item, outcome.reason)
            case Verdict.FORBIDDEN if item.key in self._forbidden:
                # The server knew us in between: it is not the token, it is this item.
                await self._refuse(item, outcome.reason)
            case Verdict.FORBIDDEN:
                self._forbidden.add(item.key)
            case Verdict.FAILED:
                defer = self._defers.setdefault(item.key, Backoff(self._rng, longest_seconds=_LONGEST_DEFER_SECONDS))
                return self._clock.monotonic_ns() + round(defer.next_seconds() * 1e9)
        return 0

    async def _refuse(self, item: Item, reason: str) -> None:
        self._forget(item)
        self._status.say_at_most("refused", f"Set aside {item.name}, it cannot be delivered ({reason})", 10)
        await self._blocking(self._spool.set_aside, item, reason)

    def _forget(self, item: Item) -> None:
        self._defers.pop(item.key, None)
        self._forbidden.discard(item.key)

    def _kept(self) -> str:
        return count(self._spool.state().pictures, "picture")
