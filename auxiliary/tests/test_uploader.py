"""The uploader over real HTTP against a server that hangs, fails, refuses and forgets to answer; waits pass on a fake clock's orders."""

import asyncio
import contextlib
import io
import random
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from auxiliary.agent import make_client
from auxiliary.clock import SystemClock, stamp
from auxiliary.ids import uuid7
from auxiliary.link import Link
from auxiliary.records import AlertEnded, AlertOpened, Picture
from auxiliary.spool import Spool, SpoolLimits
from auxiliary.status import Status
from auxiliary.tests.fake_server import TOKEN, Answer, Call, FakeServer, problem, serving
from auxiliary.uploader import Uploader


class Impatient(random.Random):
    """Draws the shortest wait there is."""

    def uniform(self, a: float, b: float) -> float:
        return a


class Rig:
    """A spool with an uploader on it, which can be stopped and started as often as wanted."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.clock = SystemClock()
        self.output = io.StringIO()
        self.spool = Spool(directory, SpoolLimits(free_bytes=0))

    @contextlib.asynccontextmanager
    async def uploading(self, url: str, token: str = TOKEN) -> AsyncIterator[Uploader]:
        async with make_client(url, token) as client:
            client.timeout = httpx.Timeout(0.3)
            rng = Impatient()
            status = Status(self.output)
            link = Link(client, self.clock, status, rng)
            uploader = Uploader(self.spool, link, self.clock, status, rng)
            task = asyncio.create_task(uploader.run())
            try:
                yield uploader
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def event(self, pictures: int = 3) -> str:
        at = stamp(self.clock, self.clock.monotonic_ns())
        alert_id = uuid7(at.wall_ns)
        self.spool.put(AlertOpened(alert_id=alert_id, stamp=at, alert_type="motion"))
        for number in range(pictures):
            record = Picture.model_validate(
                {
                    "image_id": uuid7(at.wall_ns),
                    "alert_id": alert_id,
                    "stamp": at,
                    "filename": f"{number}.jpg",
                    "role": "first" if number == 0 else "more",
                }
            )
            self.spool.put(record, jpeg=b"\xff\xd8" + bytes([number]) * 30_000 + b"\xff\xd9", thumbnail=b"small")
        self.spool.put(AlertEnded(alert_id=alert_id, stamp=at))
        return alert_id


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "spool")


def fail_first(times: int, answer: Answer, path: str = "/images") -> "FailFirst":
    return FailFirst(times, answer, path)


class FailFirst:
    """A fault for the first so many calls to a path."""

    def __init__(self, times: int, answer: Answer, path: str) -> None:
        self.left = times
        self._answer = answer
        self._path = path

    def __call__(self, call: Call) -> Answer | None:
        if self.left and call.path.startswith(self._path):
            self.left -= 1
            return self._answer
        return None


async def test_an_event_arrives_whole_and_the_spool_is_empty_after(rig: Rig) -> None:
    alert_id = rig.event()
    async with serving(FakeServer()) as server, rig.uploading(server.url) as uploader:
        assert await uploader.drain(10)
    assert set(server.alerts) == {alert_id}
    assert "ended_at" in server.alerts[alert_id]
    assert sorted(image["filename"] for image in server.images.values()) == ["0.jpg", "1.jpg", "2.jpg"]
    assert all(image["thumbnail"] == b"small" for image in server.images.values())
    assert server.connections <= 2  # kept alive, one a lane
    assert list((rig.directory / "events").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("fails", problem(500, "internal")),
        ("hangs", Answer(hang=True, apply=False)),
        ("takes it but the answer is lost", Answer(send=False)),
        ("drops the connection", Answer(send=False, apply=False)),
        ("is busy", problem(503, "unavailable", **{"retry-after": "0"})),
        ("is full", problem(507, "storage_full", **{"retry-after": "0"})),
        ("is a portal", Answer(200, b"<html>", {"content-type": "text/html"}, apply=False)),
    ],
)
async def test_a_server_that_misbehaves_gets_everything_once(rig: Rig, name: str, answer: Answer) -> None:
    rig.event()
    server = FakeServer(fault=fail_first(3, answer))
    async with serving(server), rig.uploading(server.url) as uploader:
        assert await uploader.drain(20)
    assert len(server.images) == 3
    assert rig.spool.state().set_aside == 0
    assert rig.spool.state().dropped_pictures == 0


async def test_what_is_refused_for_good_is_set_aside_and_the_rest_goes_on(rig: Rig) -> None:
    rig.event()
    server = FakeServer(fault=fail_first(1, problem(422, "not_a_jpeg")))
    async with serving(server), rig.uploading(server.url) as uploader:
        assert await uploader.drain(10)
    assert len(server.images) == 2
    assert rig.spool.state().set_aside == 1
    assert "Set aside" in rig.output.getvalue()


async def test_a_forbidden_item_is_set_aside_when_the_server_knows_us_all_the_same(rig: Rig) -> None:
    rig.event(pictures=2)

    def foreign(call: Call) -> Answer | None:
        return problem(403, "forbidden") if call.path == "/images" and b'"0.jpg"' in call.body else None

    server = FakeServer(fault=foreign)
    async with serving(server), rig.uploading(server.url) as uploader:
        assert await uploader.drain(20)
    assert [image["filename"] for image in server.images.values()] == ["1.jpg"]
    assert rig.spool.state().set_aside == 1


async def test_with_a_wrong_token_everything_is_kept_and_one_sentence_says_what_to_do(rig: Rig) -> None:
    rig.event()
    async with serving(FakeServer()) as server:
        async with rig.uploading(server.url, token="wrong") as uploader:
            assert not await uploader.drain(1.5)
        assert server.alerts == {}
        assert rig.spool.state().items == 5
        said = rig.output.getvalue()
        assert said.count("\n") == 1
        assert "does not accept this camera's token" in said
        assert "--token-file" in said
        assert "3 pictures kept" in said
        assert "wrong" not in said
        async with rig.uploading(server.url) as uploader:
            assert await uploader.drain(10)
    assert len(server.images) == 3


async def test_a_server_that_is_not_ours_gets_nothing_and_loses_nothing(rig: Rig) -> None:
    rig.event()
    answer = Answer(404, b"Not Found", {"content-type": "text/plain"}, apply=False)
    async with serving(FakeServer(fault=lambda call: answer)) as server, rig.uploading(server.url) as uploader:
        assert not await uploader.drain(1)
        assert set(server.calls) == {"GET /cameras/self"}
    assert rig.spool.state().items == 5
    assert "not how the camera server answers" in rig.output.getvalue()


async def test_a_server_that_is_away_and_comes_back_gets_everything_once(rig: Rig) -> None:
    server = FakeServer()
    async with serving(server):
        port = int(server.url.rsplit(":", 1)[1])
        rig.event()
        async with rig.uploading(server.url) as uploader:
            assert await uploader.drain(10)
    async with rig.uploading(server.url) as uploader:
        rig.event()
        assert not await uploader.drain(0.5)
        async with serving(server, port):
            assert await uploader.drain(20)
    assert len(server.images) == 6
    assert server.repeats == 0
    said = rig.output.getvalue()
    assert "not reachable (connection refused)" in said
    assert "Server reached again" in said


async def test_a_hanging_picture_does_not_hold_up_a_new_alarm(rig: Rig) -> None:
    rig.event(pictures=2)

    def stall(call: Call) -> Answer | None:
        return Answer(hang=True, apply=False) if call.path == "/images" and b'"1.jpg"' in call.body else None

    server = FakeServer(fault=stall)
    async with serving(server), rig.uploading(server.url):
        await server.until(lambda: server.calls.count("POST /images") == 2)
        alert_id = rig.event(pictures=1)
        await server.until(lambda: alert_id in server.alerts)
    assert rig.spool.state().pictures >= 1


async def test_a_repeat_after_a_crash_before_the_removal_is_harmless(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.event()
    async with serving(FakeServer()) as server:
        with monkeypatch.context() as crash:
            crash.setattr(rig.spool, "done", lambda item: None)
            crash.setattr(rig.spool, "release", lambda item, not_before_ns: None)
            async with rig.uploading(server.url):
                await server.until(lambda: len(server.images) == 3)
        rig.spool = Spool(rig.directory, SpoolLimits(free_bytes=0))
        async with rig.uploading(server.url) as uploader:
            assert await uploader.drain(10)
    assert len(server.images) == 3
    assert server.repeats >= 3
    assert rig.spool.state().set_aside == 0


async def test_a_picture_that_the_card_spoilt_is_set_aside_and_counted_as_lost(rig: Rig) -> None:
    rig.event(pictures=2)
    for jpeg in (rig.directory / "events").rglob("*.jpg"):
        if ".thumb." not in jpeg.name and b"\x01\x01" in jpeg.read_bytes():
            jpeg.write_bytes(b"z" * jpeg.stat().st_size)
    async with serving(FakeServer()) as server, rig.uploading(server.url) as uploader:
        assert await uploader.drain(10)
    assert [image["filename"] for image in server.images.values()] == ["0.jpg"]
    assert rig.spool.state().set_aside == 1
    assert rig.spool.state().dropped_pictures == 1
