"""`check`: finds what does not agree in either direction, heals it without deleting anything, and leaves the rest alone."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Connection, delete, insert, select, update

from api.clock import FakeClock
from api.commands import main
from api.db import open_engines
from api.models import ImageRecord, ImageState, activity, activity_totals, images
from api.services.check import Check, Finding, Kind
from api.services.ingest import blob_key
from api.storage import BlobStore, DiskStore
from api.tests.support import CameraAccess, Server, jpeg, upload


class Bench:
    """A server with some pictures, and `check` run against it from outside."""

    def __init__(self, server: Server, clock: FakeClock) -> None:
        self.server = server
        self.clock = clock
        self.media = server.settings.data_dir / "media"
        self.store: BlobStore = DiskStore(self.media)
        self.engines = open_engines(server.settings.resolved_database_url())

    def run(self, *, heal: bool = False) -> list[Finding]:
        check = Check(
            self.engines.reader, self.engines.writer, self.store, self.clock, heal=heal, tell=lambda _text: None
        )
        return sorted(check.run(), key=lambda finding: (finding.kind, finding.what))

    def record(self, image_id: str) -> ImageRecord:
        query = select(images).where(images.c.id == UUID(image_id))
        return self.server.transaction(lambda connection: ImageRecord(*connection.execute(query).one()))


@pytest.fixture
def bench(server: Server, clock: FakeClock) -> Iterator[Bench]:
    made = Bench(server, clock)
    yield made
    made.engines.dispose()


async def some_pictures(client: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock, count: int = 4) -> list[str]:
    made = []
    for number in range(count):
        answer = await upload(client, camera, jpeg(seed=number), clock)
        assert answer.status_code == 201
        made.append(answer.json()["id"])
        clock.advance(2400)
    return made


async def test_a_healthy_server_has_no_findings(
    bench: Bench, as_camera: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock
) -> None:
    await some_pictures(as_camera, camera, clock, 6)
    assert bench.run() == []


async def test_a_lost_file_is_told_once_marked_and_then_known(
    bench: Bench, as_camera: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock
) -> None:
    ids = await some_pictures(as_camera, camera, clock)
    lost, cut = bench.record(ids[1]), bench.record(ids[2])
    (bench.media / blob_key(lost)).unlink()
    (bench.media / blob_key(cut)).write_bytes(b"cut off")
    expected = [Finding(Kind.FILE_MISSING, blob_key(lost)), Finding(Kind.WRONG_SIZE, blob_key(cut))]
    assert bench.run() == expected
    assert [finding.healed for finding in bench.run(heal=True)] == [True, True]
    assert bench.record(str(lost.id)).state == bench.record(str(cut.id)).state == ImageState.DAMAGED
    assert bench.record(ids[0]).state != ImageState.DAMAGED
    assert [finding.known for finding in bench.run()] == [True, True]
    assert (bench.media / blob_key(cut)).read_bytes() == b"cut off"


async def test_a_file_without_a_row_is_moved_never_deleted_and_only_when_it_is_old(
    bench: Bench, as_camera: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock
) -> None:
    ids = await some_pictures(as_camera, camera, clock)
    key = blob_key(bench.record(ids[0]))
    orphan = f"{key[:-12]}00000000.jpg"
    stranger = "images/00000000-0000-7000-8000-000000000000/2020-01-01/00/what-is-this.jpg"
    bench.store.put(orphan, b"an orphan")
    bench.store.put(stranger, b"of a camera that nobody knows")
    young = blob_key(bench.record(ids[3]))[:-12] + "00000000.jpg"
    bench.store.put(young, b"its row may be on the way")
    found = bench.run()
    assert found == [Finding(Kind.ORPHAN_FILE, key) for key in sorted((orphan, stranger))]
    assert all(finding.healed for finding in bench.run(heal=True))
    assert bench.run() == []
    assert bench.store.read(f"lost+found/{orphan}") == b"an orphan"
    assert bench.store.read(f"lost+found/{stranger}") == b"of a camera that nobody knows"
    assert bench.store.read(young) == b"its row may be on the way"
    clock.advance(3 * 3600)
    assert bench.run() == [Finding(Kind.ORPHAN_FILE, young)]


async def test_an_orphan_whose_place_is_taken_stays_where_it_is(bench: Bench) -> None:
    key = "images/00000000-0000-7000-8000-000000000000/2020-01-01/00/a.jpg"
    bench.store.put(key, b"one")
    bench.store.put(f"lost+found/{key}", b"another")
    assert bench.run(heal=True) == [Finding(Kind.ORPHAN_FILE, key, healed=False)]
    assert bench.store.read(key) == b"one"


async def test_files_of_what_can_still_be_brought_back_are_no_orphans(
    bench: Bench, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock
) -> None:
    ids = await some_pictures(as_camera, camera, clock)
    answer = await as_owner.post("/deletions", json={"image_ids": [ids[0]]})
    assert answer.status_code == 201, answer.text
    assert bench.run() == []


async def test_a_missing_thumbnail_is_made_again(
    bench: Bench, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock
) -> None:
    ids = await some_pictures(as_camera, camera, clock)
    assert (await as_owner.get(f"/images/{ids[0]}/thumbnail")).status_code == 200
    record = bench.record(ids[0])
    key = blob_key(record, thumbnail=True)
    (bench.media / key).unlink()
    assert bench.run() == [Finding(Kind.THUMBNAIL_MISSING, key)]
    assert bench.run(heal=True) == [Finding(Kind.THUMBNAIL_MISSING, key, healed=True)]
    assert bench.run() == []
    assert (await as_owner.get(f"/images/{ids[0]}/thumbnail")).status_code == 200
    assert bench.run() == []


async def test_wrong_counts_are_counted_anew(
    bench: Bench, as_camera: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock
) -> None:
    await some_pictures(as_camera, camera, clock, 6)
    body = {"timestamp": "2026-09-21T14:13:20.000000Z", "type": "motion", "camera_id": str(camera.id)}
    assert (await as_camera.post("/alerts", json=body)).status_code == 201
    everything = select(activity).order_by(*activity.primary_key.columns)
    before = bench.server.transaction(lambda connection: connection.execute(everything).all())
    first = before[0]

    def spoil(connection: Connection) -> None:
        same = (activity.c.started_at == first.started_at, activity.c.width_seconds == first.width_seconds)
        connection.execute(update(activity).where(*same).values(images=99))
        last = before[-1]._asdict()
        connection.execute(delete(activity).where(activity.c.started_at == last["started_at"]))
        connection.execute(insert(activity), {**last, "started_at": 0})
        connection.execute(update(activity_totals).values(images=7))

    bench.server.transaction(spoil)
    found = bench.run()
    assert [finding.kind for finding in found] == [Kind.WRONG_COUNTS] * 2
    assert {finding.what.partition(" of ")[2].split()[0] for finding in found} == {"camera", "all"}
    assert any(finding.what.startswith("3 buckets of camera") for finding in found)
    assert [finding.healed for finding in bench.run(heal=True)] == [True] * 2
    assert bench.run() == []
    assert bench.server.transaction(lambda connection: connection.execute(everything).all()) == before


class Interrupted:
    """A store whose listing begins late: the rows have been read, and something else happens."""

    def __init__(self, store: BlobStore, meanwhile: threading.Event, go_on: threading.Event) -> None:
        self._store = store
        self._meanwhile = meanwhile
        self._go_on = go_on

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        if prefix == "images":
            self._meanwhile.set()
            assert self._go_on.wait(10)
        yield from self._store.keys(prefix)


async def test_what_comes_and_goes_while_it_runs_is_no_finding(
    bench: Bench, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock
) -> None:
    ids = await some_pictures(as_camera, camera, clock)
    paused, go_on = threading.Event(), threading.Event()
    real = bench.store
    bench.store = Interrupted(real, paused, go_on)  # type: ignore[assignment]
    run = asyncio.create_task(asyncio.to_thread(bench.run))
    assert await asyncio.to_thread(paused.wait, 10)
    # One picture goes and one comes after the rows were read and before the files are listed.
    record = bench.record(ids[0])
    await as_owner.post("/deletions", json={"image_ids": [ids[0]]})
    real.delete(blob_key(record))
    assert (await upload(as_camera, camera, jpeg(seed=9), clock)).status_code == 201
    clock.advance(3 * 3600)
    go_on.set()
    assert await run == []


@pytest.mark.parametrize("arguments", [[], ["--heal"]])
def test_the_command_says_what_it_found_and_ends_with_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.setenv("PICAM_DATA_DIR", str(tmp_path))
    assert main(["check"]) == 1
    assert "is empty" in capsys.readouterr().err
    assert main(["migrate"]) == 0
    assert main(["check", *arguments]) == 0
    assert "agree" in capsys.readouterr().out
    key = "images/00000000-0000-7000-8000-000000000000/2020-01-01/00/a.jpg"
    DiskStore(tmp_path / "media").put(key, b"x")
    assert main(["check", *arguments]) == (0 if arguments else 1)
    said = capsys.readouterr().out
    assert f"orphan_file {key}" in said
    assert ("moved to lost+found" in said) == bool(arguments)
