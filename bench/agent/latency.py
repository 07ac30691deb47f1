"""From an alarm in the spool to the server: on a LAN, and with 5,000 pictures queued before a line of 1 Mbit/s.

The agent's own spool, link and uploader in this process, a small server behind a port that passes 1 Mbit/s for all connections
together. Detection is not in it: it adds a frame or two. Counted from the instant at which `put` is called.
"""

import asyncio
import io
import os
import random
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from unittest import mock

from auxiliary.agent import make_client
from auxiliary.clock import SystemClock, stamp
from auxiliary.courtesy import Courtesy
from auxiliary.ids import uuid7
from auxiliary.link import Link
from auxiliary.records import AlertOpened, Picture
from auxiliary.spool import Spool, SpoolLimits
from auxiliary.status import Status
from auxiliary.tests.fake_server import TOKEN, FakeServer, serving
from auxiliary.uploader import Uploader
from bench.server.report import Line
from e2e.chaos.line import ThinLine

_PICTURE_BYTES = 40_000
_FILES = 5000


def measure(folder: Path, quick: bool) -> list[Line]:
    times = 3 if quick else 10
    lan = asyncio.run(_measure(folder / "lan", files=0, kilobits=None, times=times))
    files = 200 if quick else _FILES
    thin = asyncio.run(_measure(folder / "thin", files=files, kilobits=1000, times=times))
    return [
        Line("16", "alert on the server, LAN", _words(lan[0]), "< 300 ms", max(lan[0]) < 0.3),
        Line("16", "its first picture, LAN (40 kB)", _words(lan[1])),
        Line(
            "16", f"alert on the server, {files} pictures queued, 1 Mbit/s", _words(thin[0]), "< 1 s", max(thin[0]) < 1
        ),
        Line("16", "its first picture, same (0.33 s of that line)", _words(thin[1])),
    ]


def _words(seconds: list[float]) -> str:
    return f"median {statistics.median(seconds) * 1000:.0f} ms, worst of {len(seconds)} {max(seconds) * 1000:.0f} ms"


async def _measure(folder: Path, *, files: int, kilobits: int | None, times: int) -> tuple[list[float], list[float]]:
    alerts, pictures = [], []
    async with _uploading(folder, files, kilobits) as (spool, server):
        if files:
            await server.until(lambda: len(server.images) >= 2)  # the backlog is moving
        for _ in range(times):
            await asyncio.sleep(random.uniform(0.3, 1.3))
            alert, first = await _alarm(spool, server)
            alerts.append(alert)
            pictures.append(first)
        assert not files or spool.waiting > files // 2, "the backlog has gone meanwhile: nothing was measured"
    return alerts, pictures


@asynccontextmanager
async def _uploading(folder: Path, files: int, kilobits: int | None) -> AsyncIterator[tuple[Spool, FakeServer]]:
    clock, status, rng = SystemClock(), Status(io.StringIO()), random.Random(1)
    spool = Spool(folder, SpoolLimits(free_bytes=0, most_bytes=1 << 40))
    with mock.patch.object(os, "fsync", return_value=None):  # filling only
        for _ in range(files):
            _picture(spool, clock, None, "more")
    async with serving(FakeServer()) as server:
        port = int(server.url.rsplit(":", 1)[1])
        with ThinLine(port, kilobits=kilobits, seed=1, broken_share=0) if kilobits else nullcontext() as line:
            async with make_client(line.url if line else server.url, TOKEN) as client:
                link = Link(client, clock, status, rng)
                task = asyncio.create_task(Uploader(spool, link, clock, status, rng, courtesy=Courtesy(clock)).run())
                if not files:
                    await _alarm(spool, server)  # the connection is there
                yield spool, server
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


async def _alarm(spool: Spool, server: FakeServer) -> tuple[float, float]:
    clock = SystemClock()
    at = stamp(clock, clock.monotonic_ns())
    alert = AlertOpened(alert_id=uuid7(at.wall_ns), stamp=at, alert_type="motion")
    begun = time.monotonic()
    await asyncio.to_thread(spool.put, alert)
    await server.until(lambda: alert.alert_id in server.alerts)
    told = time.monotonic()
    first = await asyncio.to_thread(_picture, spool, clock, alert.alert_id, "first")
    await server.until(lambda: first in server.images)
    return told - begun, time.monotonic() - begun


def _picture(spool: Spool, clock: SystemClock, alert_id: str | None, role: str) -> str:
    at = stamp(clock, clock.monotonic_ns())
    facts = {"image_id": uuid7(at.wall_ns), "alert_id": alert_id, "stamp": at, "filename": "p.jpg", "role": role}
    record = Picture.model_validate(facts)
    spool.put(record, jpeg=b"\xff\xd8" + os.urandom(_PICTURE_BYTES) + b"\xff\xd9")
    return record.image_id
