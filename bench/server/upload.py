"""Targets 1, 2 and 3: durable uploads, beside nginx storing without fsync and beside the usual FastAPI application.

All are measured in turn, round after round, each started afresh. Ours is measured four ways: decoding paused (`ours`:
the cost of taking a picture in), the same as a form, the same with the camera's own thumbnail, and with decoding at work
beside it (`ours-decoding`: it takes a fifth of the time while uploads come, the rest is done after).
"""

import asyncio
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from api.clock import SystemClock, to_rfc3339
from api.ids import uuid7
from bench.server.http import Load, load
from bench.server.nginx import nginx, nginx_program
from bench.server.ours import prepare, serving
from bench.server.pictures import Pictures, make_pictures
from bench.server.processes import Started, cores, free_port, started
from bench.server.report import Line, not_measured

CONNECTIONS = 32
_WARM_UP = 100
_BOUNDARY = "bench-form-4d1f"

Make = Callable[[], list[bytes]]


@dataclass(frozen=True)
class Round:
    """One contestant, once. CPU in milliseconds an upload."""

    rate: float
    cpu_ms: float
    p50: float
    p99: float
    resident_mb: float


@dataclass(frozen=True)
class Contestant:
    """`open` starts it in a folder and says how to make its requests; `share` is the part of the uploads it gets."""

    name: str
    open: Callable[[Path], AbstractContextManager[tuple[Started, Make]]]
    share: float = 1.0


def measure(folder: Path, *, quick: bool, full: bool) -> list[Line]:
    del full
    pictures = make_pictures(4 if quick else 12)
    contestants = _contestants(pictures, _form_parser(folder / "packages"))
    uploads, rounds = (300, 1) if quick else (2000, 5)
    seen: dict[str, list[Round]] = {contestant.name: [] for contestant in contestants}
    for number in range(rounds):
        for contestant in contestants:
            place = folder / f"{contestant.name}-{number}"
            place.mkdir()
            found = _round(contestant, place, max(100, int(uploads * contestant.share)))
            seen[contestant.name].append(found)
            print(f"  {contestant.name} {number + 1}/{rounds}: {_described(found)}", file=sys.stderr, flush=True)
    return _judge({name: _median(found) for name, found in seen.items()})


def _round(contestant: Contestant, place: Path, uploads: int) -> Round:
    with contestant.open(place) as (server, make):
        asyncio.run(load(server.port, _WARM_UP, CONNECTIONS, make))
        cpu = server.cpu_seconds()
        seen: Load = asyncio.run(load(server.port, uploads, CONNECTIONS, make))
        used = server.cpu_seconds() - cpu
        resident = server.resident_bytes() / 1e6
    return Round(
        seen.rate,
        used * 1000 / uploads,
        seen.quantile(0.5) * 1000,
        seen.quantile(0.99) * 1000,
        resident,
    )


def _form_parser(folder: Path) -> str | None:
    """A folder with python-multipart, which only the usual application needs; None where it cannot be had."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), "python-multipart"]
    try:
        subprocess.run(command, check=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        return None
    return str(folder)


def _contestants(pictures: Pictures, form_parser: str | None) -> list[Contestant]:
    @contextmanager
    def ours(place: Path, request: Callable[..., Make], *, decoding: bool) -> Iterator[tuple[Started, Make]]:
        access = prepare(place)
        with serving(place, decoding=decoding) as server:
            yield server, request(pictures, str(access.cameras[0]), access.camera_header())

    @contextmanager
    def dav(place: Path) -> Iterator[tuple[Started, Make]]:
        with nginx(nginx_program() or "", place / "nginx") as server:
            yield server, _raw(pictures, "PUT", lambda: f"/{secrets.token_hex(8)}.jpg", "")

    @contextmanager
    def naive(place: Path) -> Iterator[tuple[Started, Make]]:
        port, token = free_port(), secrets.token_hex(16)
        command = [sys.executable, "-m", "uvicorn", "--factory", "bench.server.naive_app:create"]
        command += ["--port", str(port), "--log-level", "warning"]
        environment = {"NAIVE_DIR": str(place), "NAIVE_TOKEN": token, "PYTHONPATH": str(form_parser)}
        with started(command, port, core=cores()[0], log=place / "log", environment=environment) as server:
            yield server, _form(pictures, "camera", f"Authorization: Bearer {token}\r\n", identity=False)

    contestants = [
        Contestant("ours", lambda place: ours(place, _raw_image, decoding=False)),
        Contestant("ours-form", lambda place: ours(place, _form, decoding=False)),
        Contestant("ours-thumbnail", lambda place: ours(place, _form_with_thumbnail, decoding=False)),
        Contestant("ours-decoding", lambda place: ours(place, _raw_image, decoding=True)),
    ]
    if form_parser is not None:
        contestants.append(Contestant("naive", naive, share=0.1))
    if nginx_program() is not None:
        contestants.insert(1, Contestant("nginx", dav))
    return contestants


def _raw_image(pictures: Pictures, camera: str, header: str) -> Make:
    def path() -> str:
        now = SystemClock().now()
        return f"/images?camera_id={camera}&timestamp={to_rfc3339(now)}&id={uuid7(now)}"

    return _raw(pictures, "POST", path, header)


def _raw(pictures: Pictures, method: str, path: Callable[[], str], header: str) -> Make:
    bodies = pictures.unique()

    def make() -> list[bytes]:
        body = next(bodies)
        length = sum(map(len, body))
        head = f"{method} {path()} HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\n{header}"
        return [f"{head}Content-Length: {length}\r\n\r\n".encode(), *body]

    return make


def _form_with_thumbnail(pictures: Pictures, camera: str, header: str) -> Make:
    return _form(pictures, camera, header, thumbnail=pictures.thumbnail)


def _form(
    pictures: Pictures, camera: str, header: str, *, thumbnail: bytes | None = None, identity: bool = True
) -> Make:
    bodies = pictures.unique()
    head = f"POST /images HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary={_BOUNDARY}\r\n{header}"

    def make() -> list[bytes]:
        now = SystemClock().now()
        fields = {"camera_id": camera, "timestamp": to_rfc3339(now)} | ({"id": str(uuid7(now))} if identity else {})
        parts = [_part(name, value.encode()) for name, value in fields.items()]
        if thumbnail is not None:
            parts.append(_part("thumbnail", thumbnail, '; filename="t.jpg"\r\nContent-Type: image/jpeg'))
        parts.append(_part("file", b"", '; filename="p.jpg"\r\nContent-Type: image/jpeg')[:-2])
        body = [*parts, *next(bodies), f"\r\n--{_BOUNDARY}--\r\n".encode()]
        return [f"{head}Content-Length: {sum(map(len, body))}\r\n\r\n".encode(), *body]

    return make


def _part(name: str, value: bytes, rest: str = "") -> bytes:
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{rest}\r\n\r\n'
    return head.encode() + value + b"\r\n"


def _median(rounds: list[Round]) -> Round:
    names = ("rate", "cpu_ms", "p50", "p99", "resident_mb")
    return Round(*(median(getattr(found, name) for found in rounds) for name in names))


def _described(found: Round) -> str:
    return (
        f"{found.cpu_ms:.2f} ms CPU, {found.rate:.0f}/s, "
        f"p50 {found.p50:.0f} ms, p99 {found.p99:.0f} ms, {found.resident_mb:.0f} MB"
    )


def _judge(seen: dict[str, Round]) -> list[Line]:
    ours = seen["ours"]
    lines = [Line("2", f"{name}: an upload", _described(found)) for name, found in seen.items()]
    if "nginx" in seen:
        limit = seen["nginx"]
        rate, cost = ours.rate / limit.rate, ours.cpu_ms / limit.cpu_ms
        lines.append(Line("1", "rate against nginx without fsync", f"{rate:.0%}", ">= 50 %", rate >= 0.5))
        lines.append(Line("1", "CPU against nginx", f"{cost:.1f} x", "<= 3 x", cost <= 3))
    else:
        lines.append(not_measured("1", "against nginx without fsync", "nginx is not installed", ">= 50 %, <= 3 x"))
    lines.append(Line("2", "CPU of a durable upload", f"{ours.cpu_ms:.2f} ms", "<= 1.0 ms", ours.cpu_ms <= 1.0))
    spread = ours.p99 / ours.p50
    lines.append(Line("2", "p99 against p50", f"{spread:.1f} x", "< 5 x", spread < 5))
    resident = max(seen[name].resident_mb for name in seen if name.startswith("ours"))
    lines.append(Line("2", "resident under load", f"{resident:.0f} MB", "< 120 MB", resident < 120))
    if "naive" in seen:
        gain = seen["naive"].cpu_ms / ours.cpu_ms
        lines.append(Line("3", "CPU against the usual FastAPI app", f"{gain:.0f} x less", ">= 20 x", gain >= 20))
    else:
        lines.append(
            not_measured("3", "CPU against the usual FastAPI app", "python-multipart cannot be had", ">= 20 x")
        )
    return lines
