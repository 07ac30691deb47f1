"""Target 8: from a picture's POST to every viewer that watches, at 1,000 and at 5,000 viewers.

Three pictures a second. Latency is from the moment its first byte is sent to the message at each viewer, upload, fsync
and commit included. Decoding is paused: its own announcements would be counted as deliveries that nobody waits for.
"""

import asyncio
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from api.clock import SystemClock, to_rfc3339
from api.ids import uuid7
from bench.server.http import Connection
from bench.server.ours import Access, prepare, serving
from bench.server.pictures import Pictures, make_pictures
from bench.server.processes import Started
from bench.server.report import Line
from bench.server.viewers import Viewer

_PICTURES_A_SECOND = 3.0
_CONNECTED_AT_ONCE = 50
_SETTLE_SECONDS = 3.0
_DRAIN_SECONDS = 2.0


@dataclass(frozen=True)
class Round:
    """One audience, once. Latencies in milliseconds."""

    p50: float
    p99: float
    cpu_us: float
    idle_cpu_us: float
    kilobytes: float
    lost: int
    delivered: int


def measure(folder: Path, *, quick: bool, full: bool) -> list[Line]:
    del full
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    pictures = make_pictures(4)
    lines: list[Line] = []
    for viewers, most_p99 in ((200, 150.0),) if quick else ((1000, 150.0), (5000, 400.0)):
        rounds = []
        for number in range(1 if quick else 2):
            place = folder / f"{viewers}-{number}"
            place.mkdir()
            access = prepare(place)
            with serving(place, decoding=False) as server:
                found = asyncio.run(_round(server, access, pictures, viewers, 10 if quick else 30))
            rounds.append(found)
            print(f"  {viewers} viewers {number + 1}: {found}", file=sys.stderr, flush=True)
        lines += _judge(viewers, most_p99, rounds)
    return lines


async def _round(server: Started, access: Access, pictures: Pictures, viewers: int, events: int) -> Round:
    before = server.resident_bytes()
    watching: list[Viewer] = []
    for start in range(0, viewers, _CONNECTED_AT_ONCE):
        opened = (
            Viewer.open(server.port, access.person_header)
            for _ in range(start, min(viewers, start + _CONNECTED_AT_ONCE))
        )
        watching += await asyncio.gather(*opened)
    await asyncio.sleep(_SETTLE_SECONDS)
    kilobytes = (server.resident_bytes() - before) / 1024 / viewers
    idle_begun, idle_cpu = time.perf_counter(), server.cpu_seconds()
    await asyncio.sleep(2 * _SETTLE_SECONDS)
    idle = (server.cpu_seconds() - idle_cpu) / (time.perf_counter() - idle_begun)

    connection = await Connection.open(server.port)
    bodies = pictures.unique()
    cpu = server.cpu_seconds()
    sent: dict[bytes, float] = {}
    for _ in range(events):
        identity, begun = uuid7(SystemClock().now()), time.perf_counter()
        sent[str(identity).encode()] = begun
        body = next(bodies)
        path = f"/images?camera_id={access.cameras[0]}&timestamp={to_rfc3339(SystemClock().now())}&id={identity}"
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\n{access.camera_header()}"
        answer = await connection.ask([f"{head}Content-Length: {sum(map(len, body))}\r\n\r\n".encode(), *body])
        if answer.status != 201:
            raise RuntimeError(f"answered {answer.status}: {answer.body[:200]!r}")
        await asyncio.sleep(max(0.0, begun + 1 / _PICTURES_A_SECOND - time.perf_counter()))
    await asyncio.sleep(_DRAIN_SECONDS)
    used = server.cpu_seconds() - cpu

    late = sorted(
        (came - sent[identity]) * 1000
        for viewer in watching
        for identity, came in viewer.seen.pictures.items()
        if identity in sent
    )
    for viewer in watching:
        viewer.close()
    connection.close()
    return Round(
        p50=late[len(late) // 2],
        p99=late[int(len(late) * 0.99)],
        cpu_us=used * 1e6 / len(late),
        idle_cpu_us=idle * 1e6 / viewers,
        kilobytes=kilobytes,
        lost=events * viewers - len(late),
        delivered=len(late),
    )


def _judge(viewers: int, most_p99: float, rounds: list[Round]) -> list[Line]:
    p50, p99 = median(found.p50 for found in rounds), median(found.p99 for found in rounds)
    cpu, idle = median(found.cpu_us for found in rounds), median(found.idle_cpu_us for found in rounds)
    kilobytes, lost = median(found.kilobytes for found in rounds), sum(found.lost for found in rounds)
    who = f"{viewers:,} viewers"
    return [
        Line(
            "8",
            f"{who}: ingest to viewer",
            f"p50 {p50:.0f} ms, p99 {p99:.0f} ms",
            f"p99 < {most_p99:.0f} ms",
            p99 < most_p99,
        ),
        Line("8", f"{who}: CPU a delivery", f"{cpu:.1f} us (all of the server's, uploads too)", "<= 25 us", cpu <= 25),
        Line("8", f"{who}: CPU of a viewer when nothing happens", f"{idle:.0f} us a second"),
        Line("8", f"{who}: memory of each", f"{kilobytes:.1f} KB", "<= 30 KB", kilobytes <= 30),
        Line("8", f"{who}: lost", f"{lost} of {sum(found.delivered for found in rounds) + lost:,}", "0", lost == 0),
    ]
