"""Everybody who watches live. A frame is put together once for all who see the same cameras; three tasks serve any number
of viewers.

One paces: news wake the viewers at most once a tick, so a burst is one frame. One beats. One asks, in one query, whose
sessions still hold, and what they may see by now. Each viewer has a place in the bus's ring and moves on when its own socket takes more: one that
does not read is waited for by its own task only, and is told once the ring has overtaken it.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from api.broadcast import Change, EventBus, Received, Subscription, TooSlow
from api.clock import Clock, to_rfc3339
from api.errors import Unavailable
from api.metrics import Metrics
from api.services.accounts import Accounts
from api.services.principal import PersonPrincipal

SIGN_IN_AGAIN = 4401
TRY_AGAIN = 1011
_TICK_SECONDS = 0.03
_HEARTBEAT_SECONDS = 20
_BEAT_SECONDS = 1.0
_CHECK_SESSIONS_SECONDS = 4.0
_LOG = logging.getLogger(__name__)

SendText = Callable[[str], Awaitable[None]]
Close = Callable[[int], Awaitable[None]]


class Viewer:
    """One connection: where it is in the stream, and the frames that it has been sent, which are numbered."""

    def __init__(self, person: PersonPrincipal, subscription: Subscription, send: SendText, close: Close) -> None:
        self.person = person
        self.subscription = subscription
        self.close = close
        self.beat_due = False
        self.resync_due = False
        self._send = send
        self._sequence = 0
        self._woken: asyncio.Future[None] | None = None

    def wake(self) -> None:
        """There is something to send. Does nothing while it is still sending: it looks again afterwards."""
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)

    async def until_woken(self) -> None:
        self._woken = asyncio.get_running_loop().create_future()
        await self._woken

    async def send(self, kind: str, rest: str) -> None:
        """`rest` is what follows the number: a comma and further members, and the closing brace."""
        frame = f'{{"type":"{kind}","seq":{self._sequence}{rest}'
        self._sequence += 1
        await self._send(frame)

    async def send_at_place(self, kind: str, more: str = "") -> None:
        """A frame without changes: its cursor is where the viewer is."""
        await self.send(kind, f',"cursor":"{self.subscription.cursor}"{more}}}')


class Audience:
    """The viewers of this process. Used on the event loop; its tasks run while there is a viewer."""

    def __init__(
        self,
        bus: EventBus,
        accounts: Accounts,
        clock: Clock,
        metrics: Metrics,
        *,
        check_sessions_seconds: float = _CHECK_SESSIONS_SECONDS,
    ) -> None:
        self._bus = bus
        self._accounts = accounts
        self._clock = clock
        self._metrics = metrics
        self._check_sessions_seconds = check_sessions_seconds
        self._viewers: set[Viewer] = set()
        self._serving: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Future[None]] = set()
        self._sent = 0
        self._shared_of: Received | None = None
        self._shared: dict[frozenset[UUID] | None, tuple[bool, int, str]] = {}

    async def attend(
        self,
        person: PersonPrincipal,
        cursor: str | None,
        send: SendText,
        close: Close,
        until_gone: Callable[[], Awaitable[None]],
    ) -> None:
        """Serve one viewer until `until_gone` returns. `cursor` resumes where an earlier connection ended."""
        viewer = Viewer(person, self._bus.subscribe(cursor), send, close)
        self._join(viewer)
        sending = asyncio.create_task(self._send_all(viewer))
        try:
            await until_gone()
        finally:
            self._leave(viewer)
            sending.cancel()
            # A send that fails has lost its connection, which is why this viewer is gone.
            await asyncio.gather(sending, return_exceptions=True)

    def _join(self, viewer: Viewer) -> None:
        self._metrics.viewer_came()
        self._viewers.add(viewer)
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve(), name="audience")

    def _leave(self, viewer: Viewer) -> None:
        viewer.subscription.close()
        self._viewers.discard(viewer)
        self._metrics.viewer_went()
        self._note_sent()
        if not self._viewers and self._serving is not None:
            self._serving.cancel()
            self._serving = None

    async def _send_all(self, viewer: Viewer) -> None:
        now = to_rfc3339(self._clock.now())
        resumed = "true" if viewer.subscription.resumed else "false"
        await viewer.send_at_place("hello", f',"resumed":{resumed},"server_time":"{now}"')
        while True:
            if viewer.resync_due:
                viewer.resync_due = False
                await viewer.send_at_place("resync")
                continue
            try:
                received = viewer.subscription.take()
            except TooSlow:
                self._metrics.resync_sent()
                await viewer.send_at_place("resync")
                continue
            if received is not None:
                await self._send_changes(viewer, received)
            elif viewer.beat_due:
                viewer.beat_due = False
                await viewer.send_at_place("heartbeat")
            else:
                await viewer.until_woken()

    async def _send_changes(self, viewer: Viewer, received: Received) -> None:
        person = viewer.person
        for_all, count, rest = self._for_all_who_see(person.cameras, received)
        if not for_all:
            mine = [change for change in received.changes if change.user_id in {None, person.user_id}]
            count, rest = _changes(mine, person.cameras, received.cursor)
        if count:
            self._sent += count
            await viewer.send("changes", rest)

    def _for_all_who_see(self, cameras: frozenset[UUID] | None, received: Received) -> tuple[bool, int, str]:
        """Whether everybody who sees these cameras may see all of it, and then how many changes and their frame.

        Viewers at the same place get the same object from the bus: it is looked through and put together for the first
        of them who sees these cameras.
        """
        if self._shared_of is not received:
            self._shared_of, self._shared = received, {}
        frame = self._shared.get(cameras)
        if frame is None:
            for_all = all(change.user_id is None for change in received.changes)
            count, rest = _changes(received.changes, cameras, received.cursor) if for_all else (0, "")
            frame = self._shared[cameras] = (for_all, count, rest)
        return frame

    async def _serve(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pace())
                tasks.create_task(self._beat())
                tasks.create_task(self._watch_sessions())
        except Exception:  # noqa: BLE001 - the edge: nobody waits for this task, and a silent end would freeze every page
            _LOG.exception("audience_failed")
            for viewer in self._viewers:
                self._end(viewer, TRY_AGAIN)

    async def _pace(self) -> None:
        news = self._bus.subscribe()
        while True:
            with contextlib.suppress(TooSlow):
                await news.receive()
            for viewer in self._viewers:
                viewer.wake()
            await asyncio.sleep(_TICK_SECONDS)

    async def _beat(self) -> None:
        """A part of the viewers each second, so that they are never all written to at once."""
        second = 0
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            self._note_sent()
            second = (second + 1) % _HEARTBEAT_SECONDS
            for viewer in self._viewers:
                if id(viewer) // 64 % _HEARTBEAT_SECONDS == second:
                    viewer.beat_due = True
                    viewer.wake()

    def _note_sent(self) -> None:
        """Once a second for all: a counter costs as much as a twentieth of a delivery."""
        self._metrics.changes_sent(self._sent)
        self._sent = 0

    async def _watch_sessions(self) -> None:
        """Signing out ends the connections too, wherever it was done; rights that have changed hold from here on, and
        the viewer reads again what it may see now."""
        while True:
            await asyncio.sleep(self._check_sessions_seconds)
            try:
                held = await self._accounts.holding({viewer.person.session_hash for viewer in self._viewers})
            except Unavailable:
                continue  # While the database is away nobody can sign out either.
            for viewer in self._viewers:
                person = held.get(viewer.person.session_hash)
                if person is None:
                    self._end(viewer, SIGN_IN_AGAIN)
                elif person != viewer.person:
                    viewer.person = person
                    viewer.resync_due = True
                    viewer.wake()

    def _end(self, viewer: Viewer, code: int) -> None:
        """Close its connection; `attend` returns when that is done. In a task: the socket may not take anything."""
        closing = asyncio.ensure_future(viewer.close(code))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)


def _changes(changes: Sequence[Change], cameras: frozenset[UUID] | None, cursor: str) -> tuple[int, str]:
    """How many of the changes are of these cameras (None: all are), and the rest of their frame."""
    seen = [change.payload for change in changes if cameras is None or change.camera_id in cameras]
    return len(seen), f',"cursor":"{cursor}","changes":[{b",".join(seen).decode()}]}}'
