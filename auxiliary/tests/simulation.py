"""One camera's life, simulated: the agent's own spool, link and uploader on a fake network, a fake disk and fake time.

Everything that goes wrong is drawn from one seed. A life has several runs, each ended by a kill, a power cut or a stop in good
order; then everything is well for as long as it takes, and `violations` says what the invariant finds: each picture that the
spool acknowledged is at the server exactly once and unchanged, or set aside because it was refused, or counted as dropped.
"""

import asyncio
import io
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import httpx

from auxiliary.clock import FakeClock
from auxiliary.courtesy import Courtesy
from auxiliary.link import Link
from auxiliary.records import AlertEnded, AlertOpened, KeyPicture, Picture, Record
from auxiliary.spool import Entry, Spool, SpoolFullError, SpoolLimits
from auxiliary.status import Status
from auxiliary.tests.fake_server import TOKEN, Answer, Call, FakeServer, problem
from auxiliary.tests.material import ended, opened, picture
from auxiliary.tests.simulated_disk import SURVIVAL, PowerCutError, SimulatedDisk, broken, no_space
from auxiliary.tests.virtual_time import run_virtually
from auxiliary.uploader import Uploader

_LONGEST_END_SECONDS = 4000  # the longest pause, and then some
_HEADERS = {"authorization": f"Bearer {TOKEN}"}


async def inline(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


def _refused(server: FakeServer, serve: Callable[[], Answer]) -> Answer:
    raise httpx.ConnectError("Connection refused")


def _no_name(server: FakeServer, serve: Callable[[], Answer]) -> Answer:
    raise httpx.ConnectError("[Errno -3] Temporary failure in name resolution")


def _lost_request(server: FakeServer, serve: Callable[[], Answer]) -> Answer:
    raise httpx.ReadTimeout("timed out")


def _lost_answer(server: FakeServer, serve: Callable[[], Answer]) -> Answer:
    serve()
    raise httpx.ReadError("connection reset")


def _always(answer: Answer) -> Callable[[FakeServer, Callable[[], Answer]], Answer]:
    return lambda server, serve: answer


_HTML = {"content-type": "text/html"}
FAULTS: list[Callable[[FakeServer, Callable[[], Answer]], Answer]] = [
    _refused,
    _no_name,
    _lost_request,
    _lost_answer,
    _always(problem(503, "unavailable", **{"retry-after": "7"})),
    _always(problem(429, "too_many_requests", **{"retry-after": "2"})),
    _always(problem(413, "too_large", **{"retry-after": "1"})),
    _always(problem(507, "storage_full")),
    _always(problem(500, "internal")),
    _always(problem(401, "unauthenticated")),
    _always(Answer(502, b"<html>bad gateway</html>", _HTML)),
    _always(Answer(404, b"<html>not found</html>", _HTML)),
    _always(Answer(200, b"<html>Welcome to the hotel</html>", _HTML)),
    _always(Answer(200, {"welcome": "to the hotel"})),
    _always(Answer(302, b"", {"location": "http://portal/"})),
]


class FakeNetwork:
    """Stands for the HTTP client: delays, lost requests, lost acknowledgements, portals, busy servers, as the dice fall."""

    base_url = "http://server"
    timeout = httpx.Timeout(20)

    def __init__(self, server: FakeServer, rng: random.Random) -> None:
        self.server = server
        self.trouble = rng.choice([0.0, 0.2, 0.5, 0.8])
        self.delays_seconds = [0.01, 0.3, 3.0]
        self.poisoned: dict[str, int] = {}
        self._rng = rng

    async def request(self, method: str, path: str, **content: Any) -> httpx.Response:
        await asyncio.sleep(self._rng.choice(self.delays_seconds))

        def serve() -> Answer:
            return self._serve(method, path, content)

        if self._rng.random() < self.trouble:
            return _response(self._rng.choice(FAULTS)(self.server, serve))
        return _response(serve())

    def _serve(self, method: str, path: str, content: dict[str, Any]) -> Answer:
        fields, files = content.get("data") or {}, content.get("files") or {}
        for name in (fields.get("id"), (content.get("json") or {}).get("key_image_id")):
            if name in self.poisoned:
                return problem(self.poisoned[name], "refused")
        if path != "/images":
            return self.server.answer(Call(method, path, _HEADERS, json.dumps(content.get("json")).encode()))
        filename, data, _, headers = files["file"]
        thumbnail = files.get("thumbnail", (None, None))[1]
        return self.server.take_image(dict(fields), filename, data, headers["Content-Digest"], thumbnail)


def _response(answer: Answer) -> httpx.Response:
    if isinstance(answer.body, bytes):
        return httpx.Response(answer.status, content=answer.body, headers=answer.headers)
    return httpx.Response(answer.status, json=answer.body, headers=answer.headers or None)


def jpeg_of(record: Picture) -> bytes:
    return record.image_id.encode() * 10


class World:
    """One camera and one server that live through a schedule drawn from `seed`."""

    def __init__(self, seed: int, directory: Path) -> None:
        self.rng = random.Random(seed)
        self.clock = FakeClock()
        self.server = FakeServer()
        self.network = FakeNetwork(self.server, self.rng)
        self.disk = SimulatedDisk(directory, self.rng)
        self.safe: list[Record] = []
        self.all: list[Record] = []
        most_bytes = self.rng.choice([1 << 30, 1 << 30, 6000])
        day_bytes = self.rng.choice([0, 0, 60_000])
        self.limits = SpoolLimits(most_bytes=most_bytes, free_bytes=0, day_bytes=day_bytes)
        with self.disk.plugged_in():
            self.spool = self._open()

    def live(self) -> None:
        """From the first start to the day when everything has been well for long enough."""
        with self.disk.plugged_in():
            run_virtually(self.clock, self._live())

    async def _live(self) -> None:
        for _ in range(self.rng.randint(1, 3)):
            self._trouble_the_disk()
            try:
                await self._one_run()
            except PowerCutError:
                self._die(self.rng.choice(SURVIVAL))
            self.disk.fault = lambda call, kind: None
            self.spool = self._open()
        self.network.trouble = 0.0
        async with self._sending():
            for _ in range(_LONGEST_END_SECONDS // 5):
                if not self.spool.waiting:
                    break
                await asyncio.sleep(5)

    def _open(self) -> Spool:
        return Spool(self.disk.root / "spool", self.limits, wall_ns=self.clock.wall_ns)

    def _trouble_the_disk(self) -> None:
        """Nothing, a power cut at some call, or errors now and then."""
        kind = self.rng.choice(["none", "none", "cut", "errors"])
        cut_at = self.disk.calls + self.rng.randint(1, 200)
        error = self.rng.choice([broken, no_space])

        def fault(call: int, _: str) -> None:
            if kind == "cut" and call >= cut_at:
                raise PowerCutError
            if kind == "errors" and self.rng.random() < 0.03:
                raise error()

        self.disk.fault = fault

    async def _one_run(self) -> None:
        """Capture while sending, and be stopped at some instant in some way."""
        async with self._sending():
            for _ in range(self.rng.randint(1, 3)):
                await self._one_event()
        match self.rng.choice(["kill", "power", "stop"]):
            case "stop":
                self._stop()
            case "power":
                self._die(self.rng.choice(SURVIVAL))

    async def _one_event(self) -> None:
        alert = opened(self.clock)
        self._keep(alert)
        for number in range(self.rng.randint(1, 3)):
            shots = [
                picture(alert, self.clock, "first" if number == 0 else "more")
                for _ in range(1 if number == 0 else self.rng.randint(1, 2))
            ]
            for shot in shots:
                if self.rng.random() < 0.1:
                    self.network.poisoned[shot.image_id] = self.rng.choice([403, 409, 422])
            self._keep(*shots)
            await asyncio.sleep(self.rng.uniform(0.1, 10))
            if self.rng.random() < 0.1:
                self.clock.jump(self.rng.choice([-86_400, 3600, 86_400 * 30]))
        self._keep(ended(alert, self.clock))
        self._keep(KeyPicture(alert_id=alert.alert_id, image_id=shot.image_id))
        await asyncio.sleep(self.rng.uniform(0.1, 30))

    def _keep(self, *records: Record) -> None:
        entries = [Entry(r, jpeg_of(r), b"small") if isinstance(r, Picture) else Entry(r) for r in records]
        self.all += records
        try:
            on_card = self.spool.put_all(entries)
        except (SpoolFullError, OSError):
            return
        if on_card:
            self.safe += records

    def _stop(self) -> None:
        self.disk.fault = lambda call, kind: None
        self.spool.flush()

    def _die(self, survival: str) -> None:
        self.disk.fault = lambda call, kind: None
        self.disk.cut_power(survival)

    def _sending(self) -> "_Sending":
        return _Sending(self._send())

    async def _send(self) -> None:
        status = Status(io.StringIO())
        link = Link(cast(httpx.AsyncClient, self.network), self.clock, status, self.rng)
        courtesy = Courtesy(self.clock, 64)
        uploader = Uploader(self.spool, link, self.clock, status, self.rng, courtesy=courtesy, blocking=inline)
        await uploader.run()

    def violations(self) -> Iterator[str]:
        """In words, what the invariant finds; nothing when all is well."""
        ours = {r.image_id: r for r in self.all if isinstance(r, Picture)}
        safe = {r.image_id for r in self.safe if isinstance(r, Picture)}
        missing = safe - self.server.images.keys() - self.network.poisoned.keys()
        dropped = self.spool.losses.pictures
        if len(missing) > dropped:
            yield f"{len(missing)} pictures lost, {dropped} reported"
        for image_id, image in self.server.images.items():
            if image_id not in ours:
                yield f"a picture that nobody took: {image_id}"
            elif image["file"] != jpeg_of(ours[image_id]) or image.get("alert_id") != ours[image_id].alert_id:
                yield f"a changed picture: {image_id}"
        if self.spool.waiting:
            yield f"{self.spool.waiting} items are never delivered"
        if set(self.server.images) & set(self.network.poisoned):
            yield "a refused picture was taken"
        yield from self._alert_violations()
        aside = self.spool.state().set_aside
        # A choice of a picture that was dropped, and the end of an alert that a cut took from memory, are refused, too.
        if aside > 2 * (len(self.network.poisoned) + dropped + len(self.all) - len(self.safe)):
            yield f"{aside} set aside, {len(self.network.poisoned)} refused"

    def _alert_violations(self) -> Iterator[str]:
        alerts = self.server.alerts
        for record in self.safe:
            if isinstance(record, AlertOpened) and record.alert_id not in alerts:
                yield f"an alert lost: {record.alert_id}"
            elif isinstance(record, AlertOpened) and "ended_at" not in alerts[record.alert_id]:
                yield f"an alert that never ends: {record.alert_id}"
            elif isinstance(record, AlertEnded) and alerts.get(record.alert_id, {}).get("score", 0.9) != 0.9:
                yield f"an end lost: {record.alert_id}"


class _Sending:
    """The uploader at work; a power cut in it, or where it is used, ends both."""

    def __init__(self, work: Any) -> None:
        self._work = work

    async def __aenter__(self) -> None:
        self._task = asyncio.ensure_future(self._work)

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def simulate(seed: int, directory: Path) -> list[str]:
    """Live one life; what went against the invariant."""
    world = World(seed, directory)
    world.live()
    return list(world.violations())
