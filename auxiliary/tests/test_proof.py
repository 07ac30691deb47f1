"""A small picture every minute: sent without an alert, after everything else, and only the newest when the server was away."""

import asyncio
import io
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from auxiliary.clock import FakeClock
from auxiliary.link import Link
from auxiliary.proof import ProofOfLife
from auxiliary.source.types import Frame, SourceError
from auxiliary.spool import Spool, SpoolLimits
from auxiliary.status import Status
from auxiliary.tests.fake_server import TOKEN, Answer, Call, FakeServer
from auxiliary.tests.material import FakeStill, frame, opened
from auxiliary.tests.virtual_time import run_virtually


@dataclass
class Network(httpx.AsyncBaseTransport):
    server: FakeServer
    away: bool = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.01)
        if self.away:
            raise httpx.ConnectError("Connection refused")
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer: Answer = self.server.answer(Call(request.method, request.url.path, headers, await request.aread()))
        return httpx.Response(answer.status, json=answer.body)


@dataclass
class Rig:
    spool: Spool
    clock: FakeClock = field(default_factory=FakeClock)
    server: FakeServer = field(default_factory=FakeServer)
    still: FakeStill = field(default_factory=FakeStill)
    blind: bool = False

    def __post_init__(self) -> None:
        self.network = Network(self.server)

    def latest(self) -> Frame | None:
        now = frame(self.clock.monotonic_ns() / 1e9, number=7)
        return None if self.blind else replace(now, still=self.still)

    def live(self, story: Callable[[], Awaitable[None]]) -> None:
        async def main() -> None:
            async with httpx.AsyncClient(
                transport=self.network, base_url="http://server", headers={"Authorization": f"Bearer {TOKEN}"}
            ) as client:
                link = Link(client, self.clock, Status(io.StringIO()), random.Random(0))
                proof = ProofOfLife(
                    link, self.spool, self.clock, every_seconds=lambda: 60, latest=self.latest, blocking=inline
                )
                task = asyncio.create_task(proof.run())
                await story()
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

        run_virtually(self.clock, main())

    def images(self) -> list[dict[str, Any]]:
        return list(self.server.images.values())


async def inline(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(Spool(tmp_path, SpoolLimits(free_bytes=0)))


async def an_hour() -> None:
    await asyncio.sleep(3601)


def test_a_small_picture_comes_every_minute_without_an_alert_and_without_touching_the_card(rig: Rig) -> None:
    rig.live(an_hour)
    assert len(rig.images()) == 61, "one at once, then one a minute"
    assert {image["file"] for image in rig.images()} == {rig.still.thumbnail()}
    assert all("alert_id" not in image for image in rig.images())
    assert rig.spool.state().items == 0


def test_after_an_outage_only_the_newest_is_sent(rig: Rig) -> None:
    async def story() -> None:
        rig.network.away = True
        await asyncio.sleep(3650)
        rig.network.away = False
        await asyncio.sleep(70)

    rig.live(story)
    assert 1 <= len(rig.images()) <= 2


def test_it_waits_while_an_alert_waits(rig: Rig) -> None:
    rig.spool.put(opened(rig.clock))

    async def story() -> None:
        await asyncio.sleep(600)
        assert not rig.images()
        (item,) = rig.spool.items()
        rig.spool.done(item)
        await asyncio.sleep(2)

    rig.live(story)
    assert len(rig.images()) == 1


def test_a_camera_that_gives_nothing_proves_nothing(rig: Rig) -> None:
    rig.blind = True
    rig.live(an_hour)
    assert not rig.images()


def test_a_picture_that_cannot_be_encoded_ends_nothing(rig: Rig) -> None:
    class Broken(FakeStill):
        def thumbnail(self) -> bytes:
            raise SourceError("The picture cannot be encoded.")

    async def story() -> None:
        good, rig.still = rig.still, Broken()
        await asyncio.sleep(90)
        rig.still = good
        await asyncio.sleep(60)

    rig.live(story)
    assert len(rig.images()) == 1
