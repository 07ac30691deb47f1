"""The audience: who is told what, in which order, and what happens to one that does not listen or is signed out."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from api.broadcast import Change, InProcessBus
from api.clock import FakeClock
from api.metrics import Metrics
from api.models import Role
from api.routers import audience
from api.routers.audience import SIGN_IN_AGAIN, Audience
from api.services.accounts import Accounts
from api.services.principal import PersonPrincipal

CAMERA = uuid4()


class Sessions:
    """Stands for `Accounts`: the sessions that hold. `asked` counts the questions."""

    def __init__(self) -> None:
        self.people: dict[bytes, PersonPrincipal] = {}
        self.asked = 0

    async def holding(self, session_hashes: Collection[bytes]) -> dict[bytes, PersonPrincipal]:
        self.asked += 1
        return {key: self.people[key] for key in session_hashes if key in self.people}


class Page:
    """A viewer's end of the connection. While `reading` is not set, its socket takes nothing."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.reading = asyncio.Event()
        self.reading.set()
        self.gone = asyncio.Event()
        self.closed_with: int | None = None

    async def send(self, text: str) -> None:
        await self.reading.wait()
        self.frames.put_nowait(json.loads(text))

    async def close(self, code: int) -> None:
        self.closed_with = code
        self.gone.set()

    async def until_gone(self) -> None:
        await self.gone.wait()

    async def next(self, kind: str) -> dict[str, Any]:
        frame = await asyncio.wait_for(self.frames.get(), 10)
        assert frame["type"] == kind
        return frame


class Room:
    """An audience with its bus and its sessions."""

    def __init__(self, ring: int = 4096, check_sessions_seconds: float = 3600.0) -> None:
        self.bus = InProcessBus(ring)
        self.sessions = Sessions()
        self.metrics = Metrics()
        self.audience = Audience(
            self.bus,
            cast(Accounts, self.sessions),
            FakeClock(),
            self.metrics,
            check_sessions_seconds=check_sessions_seconds,
        )

    def person(self, cameras: frozenset[UUID] | None = None) -> PersonPrincipal:
        session = uuid4().bytes
        found = self.sessions.people[session] = PersonPrincipal(uuid4(), "Ann", Role.VIEWER, session, cameras)
        return found

    @asynccontextmanager
    async def watching(self, person: PersonPrincipal | None = None, cursor: str | None = None) -> AsyncIterator[Page]:
        page = Page()
        attending = asyncio.create_task(
            self.audience.attend(person or self.person(), cursor, page.send, page.close, page.until_gone)
        )
        try:
            yield page
        finally:
            page.reading.set()
            page.gone.set()
            await attending

    def tell(self, number: int, *, user_id: UUID | None = None, camera: UUID = CAMERA) -> None:
        self.bus.publish([Change(camera, b'{"number":%d}' % number, user_id)])


def numbers(frame: dict[str, Any]) -> list[int]:
    return [change["number"] for change in frame["changes"]]


async def test_frames_are_numbered_and_come_in_order_to_all() -> None:
    room = Room()
    async with room.watching() as first, room.watching() as second:
        for page in (first, second):
            hello = await page.next("hello")
            assert (hello["seq"], hello["resumed"]) == (0, False)
        room.tell(1)
        room.tell(2)
        for page in (first, second):
            frame = await page.next("changes")
            assert (frame["seq"], numbers(frame)) == (1, [1, 2])
        room.tell(3)
        assert (await first.next("changes"))["seq"] == 2
    assert room.metrics.value("picam_viewers") == 0


async def test_a_review_is_told_to_its_person_alone() -> None:
    room = Room()
    ann = room.person()
    async with room.watching(ann) as hers, room.watching() as other:
        await hers.next("hello")
        await other.next("hello")
        room.tell(1, user_id=ann.user_id)
        room.tell(2)
        assert numbers(await hers.next("changes")) == [1, 2]
        assert numbers(await other.next("changes")) == [2]


async def test_a_viewer_that_does_not_read_is_told_to_read_again_and_delays_nobody() -> None:
    room = Room(ring=4)
    async with room.watching() as slow, room.watching() as quick:
        await slow.next("hello")
        await quick.next("hello")
        slow.reading.clear()
        room.tell(0)
        for number in range(1, 8):
            assert numbers(await quick.next("changes")) == [number - 1]
            room.tell(number)
        slow.reading.set()
        assert numbers(await slow.next("changes")) == [0]
        resync = await slow.next("resync")
        room.tell(8)
        frame = await slow.next("changes")
        assert (numbers(frame), frame["seq"]) == ([8], resync["seq"] + 1)


async def test_a_connection_resumes_where_the_last_one_ended() -> None:
    room = Room()
    async with room.watching() as page:
        await page.next("hello")
        room.tell(1)
        cursor = (await page.next("changes"))["cursor"]
    room.tell(2)
    async with room.watching(cursor=cursor) as page:
        assert (await page.next("hello"))["resumed"] is True
        assert numbers(await page.next("changes")) == [2]


async def test_signing_out_ends_that_browsers_connections_only_and_all_are_asked_for_at_once() -> None:
    room = Room(check_sessions_seconds=0.01)
    ann, ben = room.person(), room.person()
    async with room.watching(ann) as first, room.watching(ann) as second, room.watching(ben) as other:
        for page in (first, second, other):
            await page.next("hello")
        room.sessions.asked = 0
        del room.sessions.people[ann.session_hash]
        await asyncio.wait_for(asyncio.gather(first.until_gone(), second.until_gone()), 10)
        assert {first.closed_with, second.closed_with} == {SIGN_IN_AGAIN}
        assert room.sessions.asked == 1
        assert other.closed_with is None
        room.tell(1)
        assert numbers(await other.next("changes")) == [1]


async def test_nobody_is_told_of_a_camera_that_they_may_not_see() -> None:
    room, barn = Room(), uuid4()
    limited, other = room.person(frozenset({barn})), room.person(frozenset({barn}))
    async with room.watching() as everything, room.watching(limited) as page, room.watching(other) as second:
        for each in (everything, page, second):
            await each.next("hello")
        room.tell(1)
        room.tell(2, camera=barn)
        room.tell(3, user_id=limited.user_id)
        assert numbers(await everything.next("changes")) == [1, 2]
        assert numbers(await page.next("changes")) == [2]
        assert numbers(await second.next("changes")) == [2]


async def test_viewers_of_the_same_cameras_share_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    room, barn = Room(), uuid4()
    made: list[frozenset[UUID] | None] = []
    put_together = audience._changes

    def counted(changes: Any, cameras: frozenset[UUID] | None, cursor: str) -> tuple[int, str]:
        made.append(cameras)
        return put_together(changes, cameras, cursor)

    monkeypatch.setattr(audience, "_changes", counted)
    sights = [None, None, None, frozenset({barn}), frozenset({barn, CAMERA}), frozenset({CAMERA, barn})]
    async with contextlib.AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(room.watching(room.person(cameras))) for cameras in sights]
        for page in pages:
            await page.next("hello")
        room.tell(1)
        for page, cameras in zip(pages, sights, strict=True):
            if cameras is None or CAMERA in cameras:
                assert numbers(await page.next("changes")) == [1]
    assert len(made) == 3, "one for everything, one for each set of cameras"


async def test_rights_that_change_hold_in_an_open_connection() -> None:
    room = Room(check_sessions_seconds=0.01)
    ann = room.person()
    async with room.watching(ann) as page:
        await page.next("hello")
        room.sessions.people[ann.session_hash] = replace(ann, cameras=frozenset())
        await page.next("resync")
        room.tell(1)
        room.sessions.people[ann.session_hash] = replace(ann, role=Role.ADMIN)
        await page.next("resync")
        room.tell(2)
        assert numbers(await page.next("changes")) == [2], "and the first was never told"
        assert page.closed_with is None
