"""Targets 5, 6 and 7: pages of 100 through HTTP at ten thousand and at ten million pictures, newest and deep, with any
filter; month and activity strip; the newest alerts.

Both servers run at the same time and are asked in turn. motionEye's list is run beside them, from its package; Frigate's
figure is quoted: measured on such a machine, 2026-11-22.
"""

import asyncio
import contextlib
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import func, select

from api.clock import SECOND, to_rfc3339
from api.db import open_engines
from api.db.keyset import CursorSeal, Position
from api.db.person_rows import get_site
from api.models import alerts, cameras, images
from bench.server.http import get, load
from bench.server.motioneye import VERSION, day_list_seconds
from bench.server.ours import Access, prepare, serving
from bench.server.processes import Started
from bench.server.report import Line, not_measured
from bench.server.seed import DAYS, seeded, seeded_dir

_SMALL = 10_000
_LARGEST = 10_000_000
_LARGE = 1_000_000
_QUICK = 50_000
_DAY = 86_400 * SECOND
_FRIGATE_MS = 470.0
_MOTIONEYE_SECONDS = 2.6


@dataclass
class Site:
    """A running server on a seeded database, and what is needed to ask it for any part of it."""

    rows: int
    server: Started
    access: Access
    seal: CursorSeal
    cameras: list[UUID]
    alerts: int
    first: int
    last: int
    chance: random.Random = field(default_factory=lambda: random.Random(3))

    def moment(self) -> int:
        """A time at which there are pictures."""
        return self.chance.randint(self.first, self.last)

    def recent(self) -> int:
        """The same within the time that both databases reach back."""
        return self.chance.randint(self.last - (DAYS - 2) * _DAY, self.last)

    def deep(self) -> str:
        return f"cursor={self.seal.write(Position(self.moment(), UUID(int=0)))}"

    def camera(self, count: int = 1) -> str:
        return "&".join(f"camera_id={camera}" for camera in self.chance.sample(self.cameras, count))

    def span(self, days: float) -> str:
        start = self.recent()
        return f"from={to_rfc3339(start)}&to={to_rfc3339(start + int(days * _DAY))}"


Query = Callable[[Site], str]
_PAGES: dict[str, Query] = {
    "newest": lambda site: "",
    "any depth": lambda site: site.deep(),
    "one camera": lambda site: site.camera(),
    "one camera, any depth": lambda site: f"{site.camera()}&{site.deep()}",
    "four cameras": lambda site: site.camera(4),
    "a week": lambda site: site.span(7),
    "one camera, a week": lambda site: f"{site.camera()}&{site.span(7)}",
    "starred": lambda site: "starred=true",
    "a label": lambda site: f"label={quote('red van')}",
    "a label, one camera, any depth": lambda site: f"label=cat&{site.camera()}&{site.deep()}",
    "starred, a label, any depth": lambda site: f"starred=true&label=cat&{site.deep()}",
    "starred, four cameras, any depth": lambda site: f"starred=true&{site.camera(4)}&{site.deep()}",
    "not starred, a label, a month": lambda site: f"starred=false&label=person&{site.span(30)}",
}
_OTHERS: dict[str, Query] = {
    "alerts, newest": lambda site: "/alerts?limit=100",
    "alerts, any depth": lambda site: f"/alerts?limit=100&{site.deep()}",
    "alerts, not reviewed, one camera": lambda site: f"/alerts?limit=100&reviewed=false&{site.camera()}",
    "alerts, reviewed": lambda site: "/alerts?limit=100&reviewed=true",
    "alerts, one type, four cameras": lambda site: f"/alerts?limit=100&type=person&{site.camera(4)}",
    "month": lambda site: f"/timeline?bucket=day&{site.span(31)}",
    "strip of a day": lambda site: f"/timeline?bucket=5m&{site.span(1)}",
    "one camera's strip of a day": lambda site: f"/timeline?bucket=5m&{site.camera()}&{site.span(1)}",
}


@dataclass(frozen=True)
class Cost:
    """CPU and median latency of a request, in milliseconds, and the answer's size."""

    cpu_ms: float
    p50: float
    size: int


def measure(folder: Path, *, quick: bool, full: bool) -> list[Line]:
    rows = _largest(quick=quick, full=full)
    requests, rounds = (40, 1) if quick else (80, 2)
    queries = {name: _page(query) for name, query in _PAGES.items()} | _OTHERS
    with contextlib.ExitStack() as stack:
        sites = [stack.enter_context(_site(count)) for count in (_SMALL, rows)]
        found = [{name: _Tally() for name in queries} for _ in sites]
        for number in range(rounds):
            for name, query in queries.items():
                for site, tally in zip(sites, found, strict=True):
                    tally[name].add(*_ask(site, query, requests))
            print(f"  round {number + 1}/{rounds}", file=sys.stderr, flush=True)
        small, large = ({name: tally.cost() for name, tally in one.items()} for one in found)
        return _judge(small, large, sites[1])


def _largest(*, quick: bool, full: bool) -> int:
    if quick:
        return _QUICK
    return _LARGEST if full or (seeded_dir(_LARGEST) / "done").exists() else _LARGE


def _page(query: Query) -> Query:
    return lambda site: f"/images?limit=100&{query(site)}"


class _Tally:
    def __init__(self) -> None:
        self._cpu = 0.0
        self._size = 0
        self._latencies: list[float] = []

    def add(self, cpu_seconds: float, latencies: list[float], size: int) -> None:
        self._cpu += cpu_seconds
        self._latencies += latencies
        self._size += size

    def cost(self) -> Cost:
        count = len(self._latencies)
        return Cost(self._cpu * 1000 / count, sorted(self._latencies)[count // 2] * 1000, self._size // count)


def _ask(site: Site, query: Query, requests: int) -> tuple[float, list[float], int]:
    header = site.access.person_header

    def make() -> list[bytes]:
        return get(query(site), header)

    async def run() -> tuple[float, list[float], int]:
        await load(site.server.port, 5, 1, make)
        cpu = site.server.cpu_seconds()
        seen = await load(site.server.port, requests, 1, make)
        return site.server.cpu_seconds() - cpu, seen.latencies, seen.bytes_received

    return asyncio.run(run())


@contextlib.contextmanager
def _site(rows: int) -> Iterator[Site]:
    folder = seeded(rows)
    engines = open_engines(f"sqlite:///{folder / 'picam.sqlite3'}")
    with engines.reader.connect() as connection:
        site = get_site(connection)
        assert site is not None
        ids = list(connection.scalars(select(cameras.c.id)))
        first, last = connection.execute(select(func.min(images.c.timestamp), func.max(images.c.timestamp))).one()
        count = connection.execute(select(func.count()).select_from(alerts)).scalar_one()
    engines.dispose()
    access = prepare(folder, cameras=0)
    with serving(folder) as server:
        yield Site(rows, server, access, CursorSeal(site.cursor_key), ids, count, first, last)


def _judge(small: dict[str, Cost], large: dict[str, Cost], site: Site) -> list[Line]:
    rows = f"{site.rows:,}"
    lines = []
    for name in _PAGES:
        ratio = large[name].cpu_ms / small[name].cpu_ms
        # Where the small database has fewer than a page of them, the sizes tell.
        short = small[name].size < 0.9 * large[name].size
        note = f" (only {small[name].size / large[name].size:.0%} of a page at {_SMALL:,})" if short else ""
        what = f"page of 100: {name}"
        measured = (
            f"{large[name].cpu_ms:.2f} ms at {rows}, {ratio:.2f} x of {_SMALL:,}{note}; p50 {large[name].p50:.1f} ms"
        )
        met = large[name].cpu_ms <= 1.0 and (short or ratio <= 1.5)
        lines.append(Line("5", what, measured, "<= 1.0 ms CPU, <= 1.5 x", met))
    for name in ("month", "strip of a day", "one camera's strip of a day"):
        cost = large[name]
        lines.append(
            Line(
                "6",
                f"{name} at {rows}",
                f"{cost.cpu_ms:.2f} ms CPU, p50 {cost.p50:.1f} ms",
                "<= 2 ms",
                cost.cpu_ms <= 2,
            )
        )
    for name in (name for name in _OTHERS if name.startswith("alerts")):
        gain = _FRIGATE_MS / large[name].cpu_ms
        measured = f"{large[name].cpu_ms:.2f} ms at {site.alerts:,} alerts: {gain:.0f} x less than Frigate's {_FRIGATE_MS:.0f} ms (2026-11-22)"
        enough = site.alerts >= 290_000
        lines.append(Line("7", name, measured, ">= 100 x", gain >= 100 if enough else None))
    lines.append(_beside_motioneye(large["a week"].p50))
    return lines


def _beside_motioneye(ours_ms: float) -> Line:
    what, wanted = "list by time against motionEye's day of 2,000 among 100,000", ">= 100 x"
    theirs = day_list_seconds(seeded_dir(0).parent)
    if isinstance(theirs, str):
        gain = _MOTIONEYE_SECONDS * 1000 / ours_ms
        why = f"{theirs}; quoted {_MOTIONEYE_SECONDS} s (0.44, 2026-11-22), ours p50 {ours_ms:.1f} ms: {gain:.0f} x"
        return not_measured("7", what, why, wanted)
    gain = theirs * 1000 / ours_ms
    measured = f"{theirs:.2f} s (motionEye {VERSION}), ours p50 {ours_ms:.1f} ms: {gain:.0f} x"
    return Line("7", what, measured, wanted, gain >= 100)
