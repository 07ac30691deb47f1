"""Live view at the camera: nothing is encoded or sent unless somebody watches, and it ends by itself."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from auxiliary.clock import FakeClock
from auxiliary.live.session import Live
from auxiliary.live.units import PICTURE, VIDEO
from auxiliary.source.types import Frame, Unit
from auxiliary.tests.material import frame
from auxiliary.video import Video


class Camera:
    """Encodes when it is told to: the test says when a picture is taken."""

    def __init__(self, video: Video) -> None:
        self._video = video
        self.rate: int | None = None
        self.told = asyncio.Event()
        video.attach(self)  # type: ignore[arg-type]
        self.told.clear()

    def encode(self, kilobits_per_second: int | None) -> None:
        self.rate = kilobits_per_second
        self.told.set()

    def request_key(self) -> None:
        """Every unit is one here."""

    def take(self, clock: FakeClock) -> None:
        clock.advance(0.1)
        if self.rate is not None:
            self._video.take(Unit(clock.monotonic_ns(), True, 1, b"picture"))


class Server:
    """The other end of media connections, in memory."""

    def __init__(self) -> None:
        self.got: asyncio.Queue[bytes] = asyncio.Queue()
        self.says: asyncio.Queue[str | None] = asyncio.Queue()
        self.connections = 0
        self.refuses = 0

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["Server"]:
        if self.refuses:
            self.refuses -= 1
            raise OSError("refused")
        self.connections += 1
        yield self
        self.connections -= 1

    async def send(self, message: bytes) -> None:
        self.got.put_nowait(message)

    async def receive(self) -> str | None:
        return await self.says.get()


class Rig:
    def __init__(self) -> None:
        self.clock, self.video, self.server = FakeClock(), Video(), Server()
        self.camera = Camera(self.video)
        self.latest: Frame | None = None

        async def here(function: Any) -> Any:
            return function()

        self.live = Live(
            self.video,
            self.clock,
            connect=self.server.connect,
            latest=lambda: self.latest,
            most_kilobits=lambda: 1500,
            blocking=here,
            rng=random.Random(1),
        )

    async def told(self, rate: int | None) -> None:
        async with asyncio.timeout(10):
            while self.camera.rate != rate:
                self.camera.told.clear()
                await self.camera.told.wait()


@pytest.fixture
async def rig(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rig]:
    monkeypatch.setattr("auxiliary.live.session._RETRY_SECONDS", (0.0, 0.0))
    monkeypatch.setattr("auxiliary.live.session._PICTURE_EVERY_SECONDS", 0.01)
    rig = Rig()
    running = asyncio.create_task(rig.live.run())
    await asyncio.sleep(0)
    yield rig
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_it_encodes_and_sends_from_start_to_stop(rig: Rig) -> None:
    rig.camera.take(rig.clock)
    assert rig.server.connections == 0
    rig.live.start({"type": "live_start", "for_seconds": 30, "video": True, "pictures": False})
    await rig.told(1500)
    rig.camera.take(rig.clock)
    message = await rig.server.got.get()
    assert (message[0], message[1], message[16:]) == (VIDEO, 1, b"picture")
    assert int.from_bytes(message[8:16], "big") == rig.clock.wall_ns() // 1000
    rig.live.stop()
    await rig.told(None)
    assert not rig.live.watched
    assert rig.server.got.empty()


async def test_without_being_told_again_it_ends_by_itself(rig: Rig) -> None:
    rig.live.start({"for_seconds": 0.05})
    await rig.told(1500)
    rig.clock.advance(1)
    await rig.told(None)


async def test_a_lost_connection_is_opened_again_while_somebody_watches(rig: Rig) -> None:
    rig.server.refuses = 3
    rig.live.start({"for_seconds": 30})
    await rig.told(1500)
    rig.server.says.put_nowait(None)
    await rig.told(None)
    await rig.told(1500)


async def test_a_line_that_does_not_keep_up_gets_less(rig: Rig) -> None:
    rig.live.start({"for_seconds": 30})
    await rig.told(1500)
    rig.camera.take(rig.clock)
    await rig.server.got.get()
    for _ in range(9):
        rig.camera.take(rig.clock)
        await asyncio.sleep(0)
    rig.server.says.put_nowait("1")
    await rig.told(750)


async def test_single_pictures_leave_one_after_the_other(rig: Rig) -> None:
    rig.latest = frame(1.0)
    rig.live.start({"for_seconds": 30, "video": False, "pictures": True})
    first = await rig.server.got.get()
    assert (first[0], first[16:18]) == (PICTURE, b"\xff\xd8")
    for _ in range(20):
        await asyncio.sleep(0.002)
    assert rig.server.got.empty(), "the next one waits until the server has this one"
    assert rig.camera.rate is None, "nothing is encoded for those who want pictures"
    rig.server.says.put_nowait(str(int.from_bytes(first[4:8], "big")))
    second = await rig.server.got.get()
    assert second[4:8] > first[4:8]
