"""Retention, deletion by hand, undo and purging in any order, against a model: rows, files and counts never part."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from api.clock import FakeClock, to_rfc3339
from api.db.camera_rows import update_camera
from api.services.deletions import UNDO_FOR
from api.services.retention import DAY
from api.storage import MemoryStore
from api.tests.support import CameraAccess, jpeg, running, upload

T = TypeVar("T")
PICTURES = [jpeg(32 * (1 + seed % 3), 24, seed) for seed in range(6)]


@dataclass
class Known:
    """A picture as the model has it."""

    id: str
    camera: int
    timestamp: int
    size: int
    filename: str
    starred: bool = False


@dataclass
class Deleted:
    """A deletion by hand, and until when it can be taken back."""

    id: str
    images: list[Known]
    until: int


class Keeping(RuleBasedStateMachine):
    """One server; the model says what is shown, what can be brought back, and which files there are."""

    deletions = Bundle("deletions")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.shown: dict[str, Known] = {}
        self.waiting: dict[str, Deleted] = {}
        self.swept: list[Known] = []
        self.days: list[int | None] = [None, None]
        self.most: list[int | None] = [None, None]
        self.site_days: int | None = 30

    def run(self, awaitable: Awaitable[T]) -> T:
        async def wait() -> T:
            return await awaitable

        return self.runner.run(wait())

    @initialize()
    def start(self) -> None:
        self.clock, self.store = FakeClock(), MemoryStore()

        async def begin() -> None:
            folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
            self.server = await self.stack.enter_async_context(running(folder, clock=self.clock, store=self.store))
            self.cameras: list[CameraAccess] = [self.server.add_camera(f"Camera {n}") for n in range(2)]
            self.sends = [self.server.client(camera) for camera in self.cameras]
            self.owner = self.server.client(self.server.add_person())

        self.run(begin())

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()

    def ask(self, call: Callable[..., Awaitable[Any]], path: str, **options: Any) -> Any:
        answer = self.run(call(path, **options))
        return answer.json(), answer.status_code

    @rule(camera=st.integers(0, 1), days_ago=st.integers(0, 40), picture=st.sampled_from(PICTURES))
    def take_in(self, camera: int, days_ago: int, picture: bytes) -> None:
        self.clock.advance(1)
        moment = self.clock.now() - days_ago * DAY
        sends, stamp = self.sends[camera], to_rfc3339(moment)
        answer = self.run(upload(sends, self.cameras[camera], picture, self.clock, timestamp=stamp)).json()
        self.shown[answer["id"]] = Known(answer["id"], camera, moment, len(picture), answer["filename"])

    @rule(data=st.data(), starred=st.booleans())
    def star(self, data: st.DataObject, starred: bool) -> None:
        if self.shown:
            image = data.draw(st.sampled_from(sorted(self.shown)))
            assert self.ask(self.owner.patch, f"/images/{image}", json={"starred": starred})[1] == 200
            self.shown[image].starred = starred

    @rule(days=st.none() | st.integers(1, 45))
    def change_the_site_s_rule(self, days: int | None) -> None:
        self.ask(self.owner.patch, "/retention", json={"retention_days": days})
        self.site_days = days

    @rule(camera=st.integers(0, 1), days=st.none() | st.integers(1, 45), most=st.none() | st.integers(1, 8_000))
    def change_a_camera_s_rule(self, camera: int, days: int | None, most: int | None) -> None:
        # Not through the API: a person sets megabytes at the least, and these pictures are small.
        rule_ = {"retention_days": days, "retention_bytes": most}
        self.server.transaction(lambda connection: update_camera(connection, self.cameras[camera].id, **rule_))
        self.days[camera], self.most[camera] = days, most

    @rule(seconds=st.sampled_from([60, 1800, 3600, 5 * 86_400]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)
        # A session does not last as long as some of these lives.
        self.owner = self.server.client(self.server.add_person())

    @rule()
    def sweep(self) -> None:
        gone = self.run(self.server.app.state.services.retention.sweep())
        expected = [image for camera in (0, 1) for image in self._to_go(camera)]
        assert gone == len(expected)
        for image in expected:
            self.swept.append(self.shown.pop(image.id))

    def _to_go(self, camera: int) -> list[Known]:
        """What the rules say, oldest first: by age, then for room, and no picture more than it takes."""
        mine = sorted(
            (image for image in self.shown.values() if image.camera == camera),
            key=lambda image: (image.timestamp, image.id),
        )
        days = self.days[camera] if self.days[camera] is not None else self.site_days
        before = 0 if days is None else self.clock.now() - days * DAY
        gone = [image for image in mine if image.timestamp < before and not image.starred]
        left = [image for image in mine if image not in gone]
        most = self.most[camera]
        excess = 0 if most is None else sum(image.size for image in left) - most
        for image in left:
            if excess > 0 and not image.starred:
                gone.append(image)
                excess -= image.size
        return gone

    @rule(target=deletions, data=st.data())
    def delete(self, data: st.DataObject) -> str:
        if not self.shown:
            return ""
        some = data.draw(st.lists(st.sampled_from(sorted(self.shown)), min_size=1, max_size=3, unique=True))
        answer, status = self.ask(self.owner.post, "/deletions", json={"image_ids": some})
        gone = [self.shown[image] for image in some if not self.shown[image].starred]
        if not gone:
            assert (status, answer["code"]) == (409, "starred")
            return ""
        assert sorted(answer["image_ids"]) == sorted(image.id for image in gone)
        for image in gone:
            del self.shown[image.id]
        self.waiting[answer["id"]] = Deleted(answer["id"], gone, self.clock.now() + UNDO_FOR)
        found: str = answer["id"]
        return found

    @rule(deletion=consumes(deletions))
    def undo(self, deletion: str) -> None:
        if not deletion:
            return
        deleted = self.waiting[deletion]
        status = self.ask(self.owner.delete, f"/deletions/{deletion}")[1]
        in_time = deleted.until > self.clock.now()
        assert status == (200 if in_time else 404)
        if in_time:
            del self.waiting[deletion]
            self.shown |= {image.id: image for image in deleted.images}

    @rule()
    def purge(self) -> None:
        self.run(self.server.app.state.purging.purge())
        self.swept.clear()
        for deleted in self.waiting.values():
            if deleted.until <= self.clock.now():
                deleted.images = []

    @invariant()
    def rows_files_and_counts_are_the_model_s(self) -> None:
        images = self.ask(self.owner.get, "/images", params={"limit": 500})[0]["items"]
        assert {image["id"] for image in images} == set(self.shown)
        assert all(image["starred"] == self.shown[image["id"]].starred for image in images)
        kept = [*self.shown.values(), *self.swept, *(image for one in self.waiting.values() for image in one.images)]
        files = sorted(key.rpartition("/")[2] for key in self.store.blobs if key.startswith("images/"))
        assert files == sorted(image.filename for image in kept)
        storage = self.ask(self.owner.get, "/storage")[0]
        sizes = [image.size for image in self.shown.values()]
        assert (storage["images"], storage["size_bytes"]) == (len(sizes), sum(sizes))


Keeping.TestCase.settings = settings(
    max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestKeeping = Keeping.TestCase
