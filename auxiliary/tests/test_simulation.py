"""Spool, link and uploader against a fake network on fake time: hundreds of random fault schedules, each named by its seed.

The invariant: every record that was put into the spool is at the server exactly once, whatever failed in between; pictures and
alerts that the server refuses for good are set aside, and nothing else is missing. Restart the agent at any time.
"""

import asyncio
import io
import os
import random
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from auxiliary.clock import FakeClock
from auxiliary.link import Link
from auxiliary.records import AlertEnded, KeyPicture, Picture, Record
from auxiliary.spool import Spool, SpoolLimits
from auxiliary.status import Status
from auxiliary.tests.fake_server import TOKEN, Answer, Call, FakeServer, problem
from auxiliary.tests.material import ended, opened, picture
from auxiliary.tests.virtual_time import run_virtually
from auxiliary.uploader import Uploader

SEEDS = range(int(os.environ.get("PICAM_SIMULATED_LIVES", "200")))


async def inline(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


class FakeNetwork(httpx.AsyncBaseTransport):
    """Delays, refusals, lost requests, lost acknowledgements, portals, failing and busy servers, each by the seed's dice."""

    def __init__(self, server: FakeServer, rng: random.Random) -> None:
        self.server = server
        self._rng = rng
        self.trouble = rng.choice([0.0, 0.2, 0.5, 0.8])
        self.delays_seconds = [0.01, 0.3, 3.0]
        self.poisoned: dict[str, int] = {}
        server.fault = self._refusal

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(self._rng.choice(self.delays_seconds))
        headers = {name.lower(): value for name, value in request.headers.items()}
        call = Call(request.method, request.url.path, headers, await request.aread())
        fault = self._rng.choice(_FAULTS) if self._rng.random() < self.trouble else None
        if fault is not None:
            answer = fault(self.server, call)
            if answer is not None:
                return _response(answer)
        return _response(self.server.answer(call))

    def _refusal(self, call: Call) -> Answer | None:
        statuses = (status for name, status in self.poisoned.items() if name.encode() in call.body)
        return next((problem(status, "refused") for status in statuses), None)


def _refused(server: FakeServer, call: Call) -> Answer:
    raise httpx.ConnectError("Connection refused")


def _lost_request(server: FakeServer, call: Call) -> Answer:
    raise httpx.ReadTimeout("timed out")


def _lost_answer(server: FakeServer, call: Call) -> Answer:
    server.answer(call)
    raise httpx.ReadError("connection reset")


_FAULTS: list[Callable[[FakeServer, Call], Answer | None]] = [
    _refused,
    _lost_request,
    _lost_answer,
    lambda server, call: problem(503, "unavailable", **{"retry-after": "7"}),
    lambda server, call: problem(507, "storage_full"),
    lambda server, call: problem(500, "internal"),
    lambda server, call: problem(401, "unauthenticated"),
    lambda server, call: Answer(502, b"<html>bad gateway</html>", {"content-type": "text/html"}),
    lambda server, call: Answer(404, b"<html>not found</html>", {"content-type": "text/html"}),
    lambda server, call: Answer(200, b"<html>Welcome to the hotel</html>", {"content-type": "text/html"}),
    lambda server, call: Answer(302, b"", {"location": "http://portal/"}),
]


def _response(answer: Answer) -> httpx.Response:
    if isinstance(answer.body, bytes):
        return httpx.Response(answer.status, content=answer.body, headers=answer.headers)
    return httpx.Response(answer.status, json=answer.body, headers=answer.headers or None)


class World:
    """One camera and one server that live through a schedule."""

    def __init__(self, seed: int, directory: Path) -> None:
        self.rng = random.Random(seed)
        self.clock = FakeClock()
        self.server = FakeServer()
        self.network = FakeNetwork(self.server, self.rng)
        self.directory = directory
        self.put: list[Record] = []
        self.spool = Spool(directory, SpoolLimits(free_bytes=0))

    async def live(self) -> None:
        for _ in range(self.rng.randint(1, 3)):
            await self._one_run()
            self.spool = Spool(self.directory, SpoolLimits(free_bytes=0))
        self.network.trouble = 0.0
        task = asyncio.create_task(self._send())
        while self.spool.state().items:
            await asyncio.sleep(1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _one_run(self) -> None:
        """Capture while sending, and be killed at some instant."""
        task = asyncio.create_task(self._send())
        for _ in range(self.rng.randint(1, 3)):
            alert = opened(self.clock)
            self._keep(alert)
            for number in range(self.rng.randint(1, 4)):
                shot = picture(alert, self.clock, "first" if number == 0 else "more")
                if self.rng.random() < 0.1:
                    self.network.poisoned[shot.image_id] = self.rng.choice([403, 409, 422])
                self._keep(shot)
                await asyncio.sleep(self.rng.uniform(0.1, 20))
            self._keep(ended(alert, self.clock))
            self._keep(KeyPicture(alert_id=alert.alert_id, image_id=shot.image_id))
            await asyncio.sleep(self.rng.uniform(0.1, 100))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def _keep(self, record: Record) -> None:
        self.put.append(record)
        if isinstance(record, Picture):
            self.spool.put(record, jpeg=record.image_id.encode() * 10, thumbnail=b"small")
        else:
            self.spool.put(record)

    async def _send(self) -> None:
        async with httpx.AsyncClient(
            transport=self.network, base_url="http://server", headers={"Authorization": f"Bearer {TOKEN}"}
        ) as client:
            status = Status(io.StringIO())
            link = Link(client, self.clock, status, self.rng)
            await Uploader(self.spool, link, self.clock, status, self.rng, blocking=inline).run()

    def check(self) -> None:
        poisoned = self.network.poisoned
        pictures = {r.image_id: r for r in self.put if isinstance(r, Picture)}
        assert set(self.server.images) == set(pictures) - set(poisoned)
        for image_id, image in self.server.images.items():
            assert image["file"] == image_id.encode() * 10
            assert image["alert_id"] == pictures[image_id].alert_id
        assert set(self.server.alerts) == {r.alert_id for r in self.put if not isinstance(r, Picture)}
        for record in self.put:
            alert = self.server.alerts[record.alert_id or ""]
            if isinstance(record, AlertEnded):
                assert alert["ended_at"] >= alert["timestamp"]
                assert alert["score"] == 0.9
            elif isinstance(record, KeyPicture) and record.image_id not in poisoned:
                assert alert["key_image_id"] == record.image_id
        assert self.spool.state().set_aside == len(poisoned) + sum(
            isinstance(r, KeyPicture) and r.image_id in poisoned for r in self.put
        )


@pytest.fixture(autouse=True)
def no_waiting_for_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_record_arrives_exactly_once(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "randbits", random.Random(seed).getrandbits)
    world = World(seed, tmp_path / "spool")
    run_virtually(world.clock, world.live())
    world.check()
