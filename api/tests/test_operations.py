"""What those who run the server rely on: metrics, readiness with reasons, the disk reserve, the copy before a migration."""

import dataclasses
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from api.clock import FakeClock
from api.db import Database, open_engines, revision_of, upgrade_schema
from api.db.safety_copy import keep_copy
from api.errors import StorageFull
from api.metrics import Metrics, Snapshot
from api.models import Role
from api.services.reserve import MOST_RESERVE_BYTES, DiskReserve
from api.settings import Settings
from api.storage import MemoryStore, StoreUnavailable
from api.tests.postgres import PostgresCluster
from api.tests.support import CameraAccess, Server, jpeg, running, statements, upload

TOKEN = "a-token-for-the-scraper"


@pytest.fixture
def database_url() -> str:
    return ""


@pytest.fixture
async def server(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Server]:
    token_file = tmp_path / "scraper.token"
    token_file.write_text(f"{TOKEN}\n")
    async with running(tmp_path, clock=clock, metrics_token_file=token_file) as started:
        yield started


def metrics_of(server: Server) -> Metrics:
    found: Metrics = server.app.state.metrics
    return found


async def scrape(client: httpx.AsyncClient) -> dict[str, float]:
    answer = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_metrics_take_an_admin_or_the_scraper_s_token(
    server: Server, camera: CameraAccess, as_nobody: httpx.AsyncClient
) -> None:
    assert (await as_nobody.get("/metrics")).status_code == 401
    assert (await server.client(camera).get("/metrics")).status_code == 403
    for role, expected in ((Role.ADMIN, 200), (Role.MEMBER, 403), (Role.VIEWER, 403)):
        assert (await server.client(server.add_person(role)).get("/metrics")).status_code == expected
    for token in (TOKEN[:-1], TOKEN + "x", "", "\u00e9".encode().decode("latin-1")):
        answer = await as_nobody.get("/metrics", headers={b"Authorization": f"Bearer {token}".encode("latin-1")})
        assert answer.status_code == 401
    assert (await scrape(as_nobody))['picam_cameras{state="offline"}'] == 1


async def test_the_scraper_s_token_opens_nothing_else(as_nobody: httpx.AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    for path in ("/images", "/cameras", "/session", "/openapi.json"):
        assert (await as_nobody.get(path, headers=headers)).status_code == 401


async def test_uploads_are_counted_by_how_they_end(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, as_nobody: httpx.AsyncClient, clock: FakeClock
) -> None:
    data = jpeg()
    first = await upload(as_camera, camera, data, clock)
    await upload(as_camera, camera, data, clock, id=first.json()["id"])
    await upload(as_camera, camera, jpeg(seed=1), clock, id=first.json()["id"])
    await upload(as_camera, camera, b"no picture", clock)
    counted = await scrape(as_nobody)
    for outcome in ("created", "repeated", "conflict", "not_a_jpeg"):
        assert counted[f'picam_uploads_total{{outcome="{outcome}"}}'] == 1, outcome
    assert counted["picam_upload_bytes_total"] == 2 * len(data) + len(jpeg(seed=1))
    assert counted["picam_upload_stored_seconds_count"] == 3
    assert counted["picam_upload_committed_seconds_count"] == 2
    assert counted["picam_write_group_size_count"] >= 3
    assert counted['picam_cameras{state="online"}'] == 1
    assert counted["picam_storage_free_bytes"] > 0
    assert counted["picam_writes_waiting"] == 0
    assert counted['picam_requests_total{method="POST",route="/images",status="201"}'] == 1
    assert counted["process_resident_memory_bytes"] > 0
    assert [name for name in counted if name.startswith("picam_build_info")]


async def test_a_scrape_costs_one_statement(as_nobody: httpx.AsyncClient) -> None:
    with statements() as seen:
        await scrape(as_nobody)
    # Workers that begin their rounds just now ask too.
    assert len([statement for statement in seen if "count(*)" in statement]) == 1


def test_series_do_not_grow_with_what_strangers_send() -> None:
    metrics = Metrics()
    for number in range(100):
        metrics.answered(f"METHOD{number}", "-", 404, 0.1)
    text = metrics.exposition(Snapshot(0, 0, 0, 0, None)).decode()
    assert text.count("picam_requests_total{") == 1
    assert "picam_storage_free_bytes NaN" in text


def test_two_applications_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.resync_sent()
    assert (first.value("picam_resyncs_total"), second.value("picam_resyncs_total")) == (1, 0)


def test_a_token_that_is_no_secret_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("short\n")
    with pytest.raises(ValueError, match="at least 16"):
        Settings(metrics_token_file=path).metrics_token()
    with pytest.raises(FileNotFoundError):
        Settings(metrics_token_file=tmp_path / "none").metrics_token()


@pytest.mark.parametrize("url", ["media", "ftp://x/", "https://", "//evil.example.org/", "/media?x=1"])
def test_a_public_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="must be an address or a path"):
        Settings(storage_public_url=url)
    assert Settings(storage_public_url="/media").storage_public_url == "/media"


class Disk(MemoryStore):
    """A disk whose room is set by the test, and which can break."""

    def __init__(self, free: int, capacity: int) -> None:
        super().__init__()
        self.free = free
        self.capacity = capacity
        self.asked = 0
        self.broken: Exception | None = None

    def free_bytes(self) -> int | None:
        self.asked += 1
        if isinstance(self.broken, OSError):
            raise self.broken
        return self.free

    def capacity_bytes(self) -> int | None:
        return self.capacity

    def probe(self) -> None:
        if self.broken is not None:
            raise StoreUnavailable(str(self.broken))


GIB = 1 << 30


@pytest.mark.parametrize(
    ("capacity", "chosen", "reserve"),
    [(1000 * GIB, None, MOST_RESERVE_BYTES), (10 * GIB, None, GIB // 10), (10 * GIB, 5, 5), (10 * GIB, 0, 0)],
)
def test_the_reserve_is_256_mebibytes_or_a_hundredth_of_a_small_disk(
    capacity: int, chosen: int | None, reserve: int
) -> None:
    disk = DiskReserve(Disk(GIB, capacity), chosen)
    disk.take(1)
    assert abs(disk.reserve_bytes - reserve) <= 1


def test_the_disk_is_asked_once_a_second_and_what_came_is_counted_off() -> None:
    now = 0.0
    disk = Disk(free=1_000, capacity=GIB)
    reserve = DiskReserve(disk, 500, monotonic=lambda: now)
    for _ in range(5):
        reserve.take(100)
    assert disk.asked == 1
    with pytest.raises(StorageFull) as full:
        reserve.take(1)
    assert full.value.retry_after_seconds
    with pytest.raises(StorageFull):
        reserve.check(1)
    disk.free = 2_000
    reserve.check(0)
    now = 1.0
    reserve.check(10_000)
    reserve.take(1_500)
    assert disk.asked == 2


def test_a_store_without_a_limit_has_no_reserve_and_a_failing_disk_is_left_to_the_write() -> None:
    DiskReserve(MemoryStore(), 500).take(GIB)
    disk = Disk(free=0, capacity=GIB)
    disk.broken = OSError(5, "Input/output error")
    DiskReserve(disk, 500).take(GIB)


async def test_uploads_stop_before_the_reserve_is_touched_and_go_on_after(tmp_path: Path, clock: FakeClock) -> None:
    disk = Disk(free=10 * GIB, capacity=1000 * GIB)
    async with running(tmp_path, clock=clock, store=disk) as server:
        camera = server.add_camera()
        sends, nobody = server.client(camera), server.client()
        reserve: DiskReserve = server.app.state.vitals._reserve
        now = 0.0
        reserve._monotonic = lambda: now
        reserve._asked_at = -1.0

        async def readiness(free: int) -> httpx.Response:
            nonlocal now
            disk.free, now = free, now + 1.0
            return await nobody.get("/readyz")

        assert (await readiness(10 * GIB)).json()["warnings"] == {}
        low = await readiness(GIB - 1)
        assert low.status_code == 200
        assert "uploads stop at 256 MiB" in low.json()["warnings"]["disk"]
        assert (await upload(sends, camera, jpeg(), clock)).status_code == 201
        full = await readiness(MOST_RESERVE_BYTES + 100)
        assert full.status_code == 200
        stored = list(disk.keys("images"))
        refused = await upload(sends, camera, jpeg(seed=1), clock)
        assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
        assert int(refused.headers["retry-after"]) > 0
        assert list(disk.keys("images")) == stored
        full = await readiness(MOST_RESERVE_BYTES - 1)
        assert full.status_code == 503
        assert "uploads are refused" in full.json()["checks"]["disk"]
        assert metrics_of(server).value("picam_uploads_total", outcome="storage_full") == 1
        await readiness(10 * GIB)
        assert (await upload(sends, camera, jpeg(seed=1), clock)).status_code == 201


async def test_an_upload_that_would_be_in_vain_is_refused_before_its_body(tmp_path: Path, clock: FakeClock) -> None:
    disk = Disk(free=0, capacity=1000 * GIB)
    async with running(tmp_path, clock=clock, store=disk) as server:
        camera = server.add_camera()
        await server.client().get("/readyz")
        read = []

        async def body() -> AsyncIterator[bytes]:
            read.append(True)
            yield b"x"

        headers = {"Content-Type": "image/jpeg", "Content-Length": "1"}
        answer = await server.client(camera).post("/images", content=body(), headers=headers)
        assert answer.status_code == 507
        assert server.app.state.metrics.value("picam_uploads_total", outcome="storage_full") == 1


async def test_readiness_names_the_part_that_fails(tmp_path: Path, clock: FakeClock) -> None:
    disk = Disk(free=10 * GIB, capacity=1000 * GIB)
    async with running(tmp_path, clock=clock, store=disk) as server:
        client = server.client()
        whole = (await client.get("/readyz")).json()
        assert whole["checks"] == {"database": "ok", "storage": "ok", "bus": "ok", "disk": "ok"}
        disk.broken = StoreUnavailable("the bucket does not exist")
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"]["storage"] == "cannot be reached: the bucket does not exist"
        disk.broken = None
        database: Database = server.app.state.readiness._database
        whole_engines = database._engines
        gone = open_engines(f"sqlite:///{tmp_path}")
        database._engines = dataclasses.replace(whole_engines, reader=gone.reader)
        answer = await client.get("/readyz")
        database._engines = whole_engines
        gone.dispose()
        assert answer.status_code == 503
        assert answer.json()["checks"]["database"] == "does not answer"
        assert (await client.get("/readyz")).status_code == 200


async def test_a_lost_bus_is_named(tmp_path: Path, clock: FakeClock, postgres: PostgresCluster) -> None:
    async with running(tmp_path, clock=clock, database_url=postgres.create_database()) as server:
        bus = server.app.state.bus
        assert bus._listening.wait(10)
        assert (await server.client().get("/readyz")).status_code == 200
        bus._listening.clear()
        answer = await server.client().get("/readyz")
        assert answer.status_code == 503
        assert "other replicas are not heard" in answer.json()["checks"]["bus"]


def versions(folder: Path) -> list[Path]:
    return sorted((folder / "backups").glob("*")) if (folder / "backups").is_dir() else []


def test_a_copy_is_kept_before_a_migration_changes_something(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path / 'picam.sqlite3'}")
    upgrade_schema(engines.writer, "0001")
    assert versions(tmp_path) == []
    with engines.writer.begin() as connection:
        row = {"id": b"\1" * 16, "name": "Porch", "token_hash": b"x" * 32, "created_at": 1}
        connection.exec_driver_sql(
            "INSERT INTO cameras (id, name, token_hash, created_at) VALUES (:id, :name, :token_hash, :created_at)", row
        )
    upgrade_schema(engines.writer)
    upgrade_schema(engines.writer)
    with engines.reader.connect() as connection:
        assert revision_of(connection) != "0001"
    engines.dispose()
    [copy] = versions(tmp_path)
    assert copy.name.endswith("-from-0001.sqlite3")
    kept = open_engines(f"sqlite:///{copy}")
    with kept.reader.connect() as connection:
        assert revision_of(connection) == "0001"
        assert connection.exec_driver_sql("SELECT name FROM cameras").scalar() == "Porch"
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    kept.dispose()


def test_the_last_three_copies_are_kept(tmp_path: Path) -> None:
    database = tmp_path / "picam.sqlite3"
    engines = open_engines(f"sqlite:///{database}")
    upgrade_schema(engines.writer)
    engines.dispose()
    made = [keep_copy(database, f"000{number}") for number in range(5)]
    assert versions(tmp_path) == made[2:]


def test_no_room_for_a_copy_means_no_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engines = open_engines(f"sqlite:///{tmp_path / 'picam.sqlite3'}")
    upgrade_schema(engines.writer, "0001")

    def full(*_arguments: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("api.db.safety_copy._sync", full)
    with pytest.raises(sqlite3.OperationalError):
        upgrade_schema(engines.writer)
    with engines.reader.connect() as connection:
        assert revision_of(connection) == "0001"
    assert versions(tmp_path) == []
    engines.dispose()
