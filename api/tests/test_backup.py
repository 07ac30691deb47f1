"""`backup` and `restore`: everything comes back, into either database and either store, and nothing false does."""

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert, inspect, select

from api.clock import FakeClock, SystemClock
from api.commands import main
from api.db import open_engines, upgrade_schema
from api.db.dump import dumped_tables, is_empty
from api.ids import uuid7
from api.models import (
    ImageState,
    Role,
    Scope,
    audit,
    boots,
    camera_settings,
    camera_states,
    camera_tokens,
    channels,
    health_samples,
    images,
    invitations,
    jobs,
    notification_rules,
    notification_settings,
    passkeys,
    secrets,
    shares,
)
from api.services.backup import MANIFEST, Result, back_up
from api.services.restore import UnusableBackup, restore
from api.storage import BlobStore, DiskStore, MemoryStore
from api.tests.postgres import PostgresCluster
from api.tests.seaweed import Seaweed, s3_store
from api.tests.support import CameraAccess, Server, jpeg, running, upload

pytest_plugins = ["api.tests.operations_fixtures"]
DATABASES = ["sqlite", "postgresql"]


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLite, but where a test names both."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return ""
    cluster: PostgresCluster = request.getfixturevalue("postgres")
    return cluster.create_database()


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """From a kind of database to the address of an empty one."""

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / 'restored' / 'picam.sqlite3'}"
        cluster: PostgresCluster = request.getfixturevalue("postgres")
        return cluster.create_database()

    return make


@pytest.fixture
async def camera(server: Server) -> CameraAccess:
    """A camera with pictures, an alert, a star, a label, a deletion: a row in every table."""
    camera = server.add_camera("Porch \u00e9 \U0001f4f7")
    person = server.add_person(Role.ADMIN)
    sends, owner = server.client(camera), server.client(person)
    server.add_script(Scope.READ)
    now, sealed = server.clock.now(), {"token_hash": bytes(32), "created_at": server.clock.now(), "expires_at": 2**60}
    ways_in: dict[Table, dict[str, Any]] = {
        invitations: {
            **sealed,
            "created_by": person.id,
            "role": "viewer",
            "note": "Ben",
            "camera_ids": [str(camera.id)],
        },
        shares: {**sealed, "user_id": person.id, "camera_id": camera.id, "image_id": camera.id},
        passkeys: {"user_id": person.id, "name": "Key", "credential_id": b"c", "public_key": b"k", "sign_count": 2**31},
        audit: {"at": now, "actor": "command", "actor_name": "", "action": "signed_in", "details": {"how": "password"}},
    }
    ways_in[passkeys]["created_at"] = now

    of_camera, of_person = {"camera_id": camera.id}, {"user_id": person.id}
    channel_id = uuid7(now)
    ways_to_tell: dict[Table, dict[str, Any]] = {
        channels: {
            **of_person,
            "id": channel_id,
            "kind": "ntfy",
            "name": "Phone",
            "summary": "ntfy.sh",
            "config": b"sealed",
            "enabled": True,
            "created_at": now,
            "failures": 0,
            "closed_until": 0,
            "dead": False,
        },
        notification_rules: {
            **of_person,
            "id": uuid7(now),
            "name": "Nights",
            "enabled": True,
            "types": ["motion"],
            "days": 127,
            "from_minute": 1320,
            "until_minute": 360,
            "created_at": now,
        },
        notification_settings: {**of_person, "quiet_from_minute": 0, "quiet_until_minute": 0, "hourly_budget": 20},
        secrets: {"name": "vapid", "value": b"sealed"},
        jobs: {
            **of_person,
            "id": uuid7(now),
            "kind": "notification",
            "key": "a message that was sent",
            "state": "sent",
            "phase": "new",
            "priority": 5,
            "created_at": now,
            "due_at": now,
            "lease_until": 0,
            "tries": 1,
            "finished_at": now,
            "channel_id": channel_id,
            "thread_id": channel_id,
            "body": {"level": 1},
        },
    }
    of_cameras: dict[Table, dict[str, Any]] = {
        boots: {**of_camera, "boot_id": "b", "started_at": now, "uncertainty_seconds": 0.5, "learned_at": now},
        camera_settings: {**of_camera, "version": 1, "settings": {"armed": True}, "created_at": now},
        camera_states: {**of_camera, "settings_version": 1, "armed": True},
        camera_tokens: {**of_camera, "token_hash": bytes(31) + b"t", "state": "revoked", "changed_at": now},
        health_samples: {**of_camera, "started_at": now, "online_seconds": 300.0},
    }

    def fill(connection: Connection) -> None:
        for table, row in ways_in.items():
            connection.execute(insert(table), {"id": uuid7(now), **row})
        for table, row in {**ways_to_tell, **of_cameras}.items():
            connection.execute(insert(table), row)

    server.transaction(fill)
    ids = []
    body = {"timestamp": "2026-09-21T14:13:20.000000Z", "type": "motion", "camera_id": str(camera.id), "score": 0.5}
    alert = (await sends.post("/alerts", json=body)).json()
    for number in range(5):
        answer = await upload(
            sends,
            camera,
            jpeg(seed=number),
            server.clock,
            alert_id=alert["id"],
            motion_boxes='[{"x":0,"y":0,"w":1,"h":1}]',
        )
        assert answer.status_code == 201
        ids.append(answer.json()["id"])
        assert (await owner.get(f"/images/{ids[-1]}/thumbnail")).status_code == 200
    assert (await owner.patch(f"/images/{ids[0]}", json={"starred": True, "labels": ["cat"]})).status_code == 200
    assert (await owner.patch(f"/alerts/{alert['id']}", json={"reviewed": True})).status_code == 200
    assert (await owner.post("/deletions", json={"image_ids": [ids[4]]})).status_code == 201
    return camera


class Backup:
    """Backs a server up into one folder, and restores that."""

    def __init__(self, server: Server, place: Path) -> None:
        self.server = server
        self.store = DiskStore(server.settings.data_dir / "media")
        self.place = place

    def take(self) -> Result:
        engines = open_engines(self.server.settings.resolved_database_url())
        try:
            return back_up(engines.reader, self.store, self.place, self.server.clock, lambda _text: None)
        finally:
            engines.dispose()

    def restore(self, database_url: str, store: BlobStore) -> Any:
        engines = open_engines(database_url)
        try:
            return restore(engines.writer, store, self.place, lambda _text: None)
        finally:
            engines.dispose()

    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.place / MANIFEST).read_text())
        return found

    @property
    def tables(self) -> Path:
        return self.place / str(self.manifest()["tables_folder"])

    def pictures(self) -> list[Path]:
        return sorted((self.place / "media" / "images").rglob("*.jpg"))


@pytest.fixture
def backup(server: Server, camera: CameraAccess, tmp_path: Path) -> Backup:
    del camera
    return Backup(server, tmp_path / "backup")


def contents(database_url: str) -> dict[str, list[Any]]:
    """Every row of every table that a backup holds."""
    engines = open_engines(database_url)
    try:
        with engines.reader.connect() as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
                for table in dumped_tables()
            }
    finally:
        engines.dispose()


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
@pytest.mark.parametrize("target", DATABASES)
async def test_everything_comes_back_in_either_database(
    backup: Backup, new_database: Callable[[str], str], target: str, tmp_path: Path
) -> None:
    done = backup.take()
    assert (done.copied, done.missing, done.damaged) == (10, [], [])
    before = contents(backup.server.settings.resolved_database_url())
    assert all(before.values()), "a table without a row proves nothing"
    url, store = new_database(target), DiskStore(tmp_path / "restored" / "media")
    restored = backup.restore(url, store)
    assert restored.damaged == set()
    assert restored.pictures == 5
    assert contents(url) == before
    assert list(store.keys("images")) == list(backup.store.keys("images"))
    assert {key: store.read(key) for key, _ in store.keys("thumbnails")} == {
        key: backup.store.read(key) for key, _ in backup.store.keys("thumbnails")
    }


async def test_a_restored_server_works_and_its_cameras_go_on(
    backup: Backup, camera: CameraAccess, new_database: Callable[[str], str], tmp_path: Path, clock: FakeClock
) -> None:
    backup.take()
    url = new_database("sqlite")
    backup.restore(url, DiskStore(tmp_path / "restored" / "media"))
    async with running(tmp_path / "restored", clock=clock, database_url=url) as restored:
        assert (await upload(restored.client(camera), camera, jpeg(seed=99), clock)).status_code == 201
        owner = restored.client(restored.add_person(Role.ADMIN))
        items = (await owner.get("/images")).json()["items"]
        assert len(items) == 5
        for item in items:
            data = (await owner.get(f"/images/{item['id']}/file")).content
            assert hashlib.sha256(data).hexdigest() == item["sha256"]


async def test_into_an_object_store(
    backup: Backup,
    new_database: Callable[[str], str],
    seaweed: Seaweed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backup.take()
    store = s3_store(seaweed, monkeypatch)
    assert backup.restore(new_database("sqlite"), store).pictures == 5
    assert list(store.keys("images")) == list(backup.store.keys("images"))


async def test_a_second_run_copies_only_what_is_new(
    backup: Backup, camera: CameraAccess, server: Server, clock: FakeClock
) -> None:
    backup.take()
    first = backup.tables
    clock.advance(60)
    assert (await upload(server.client(camera), camera, jpeg(seed=77), clock)).status_code == 201
    cut = backup.pictures()[0]
    cut.write_bytes(cut.read_bytes()[:100])
    done = backup.take()
    # The new one, and the one that an interrupted run had left in part.
    assert (done.copied, done.present, done.missing, done.damaged) == (2, 9, [], [])
    assert backup.manifest()["tables"]["images"]["rows"] == 5
    assert backup.tables != first
    assert not first.exists()


async def test_anybody_can_verify_the_pictures_without_us(backup: Backup) -> None:
    backup.take()
    command = ["sha256sum", "--check", "--strict", str(backup.tables / "pictures.sha256")]
    done = subprocess.run(command, cwd=backup.place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": OK") == 5


async def test_a_backup_is_nobody_else_s_business(backup: Backup) -> None:
    backup.take()
    assert backup.place.stat().st_mode & 0o077 == 0
    text = "".join(path.read_text() for path in backup.tables.iterdir())
    assert "sessions" not in {path.stem for path in backup.tables.iterdir()}
    assert "picam_" not in text


async def test_pictures_lost_or_spoilt_on_the_server_are_told(backup: Backup, server: Server) -> None:
    keys = [key for key, _ in backup.store.keys("images")]
    with server.engine.connect() as connection:
        kept = [f for (f,) in connection.execute(select(images.c.filename).order_by(images.c.filename))]
    lost, spoilt = (next(key for key in keys if key.endswith(name)) for name in kept[:2])
    backup.store.delete(lost)
    data = bytearray(backup.store.read(spoilt))
    data[len(data) // 2] ^= 1
    (server.settings.data_dir / "media" / spoilt).write_bytes(data)
    done = backup.take()
    assert (done.missing, done.damaged) == ([lost], [spoilt])


async def test_a_picture_spoilt_in_the_backup_is_restored_as_damaged(
    backup: Backup, new_database: Callable[[str], str]
) -> None:
    backup.take()
    kept = {str(row[0]) for row in contents(backup.server.settings.resolved_database_url())["images"]}
    spoilt = next(path for path in backup.pictures() if path.name[:36] in kept)
    data = bytearray(spoilt.read_bytes())
    data[len(data) // 2] ^= 1
    spoilt.write_bytes(data)
    url = new_database("sqlite")
    done = backup.restore(url, MemoryStore())
    assert done.damaged == {spoilt.name[:36]}
    state = [column.name for column in images.columns].index("state")
    damaged = {str(row[0]) for row in contents(url)["images"] if row[state] == ImageState.DAMAGED}
    assert damaged == done.damaged


async def test_a_server_in_use_is_never_restored_over(backup: Backup) -> None:
    backup.take()
    url = backup.server.settings.resolved_database_url()
    before = contents(url)
    with pytest.raises(UnusableBackup, match="in use"):
        backup.restore(url, MemoryStore())
    assert contents(url) == before


def spoil_table(backup: Backup) -> None:
    path = backup.tables / "cameras.jsonl"
    path.write_text(path.read_text().replace("Porch", "Perch"))


def lose_table(backup: Backup) -> None:
    (backup.tables / "alerts.jsonl").unlink()


def change_manifest(**values: Any) -> Callable[[Backup], None]:
    def change(backup: Backup) -> None:
        (backup.place / MANIFEST).write_text(json.dumps({**backup.manifest(), **values}))

    return change


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoil_table, "has changed"),
        (lose_table, "is missing"),
        (change_manifest(format=2), "newer version"),
        (change_manifest(revision="9999"), "newer version"),
        (change_manifest(tables_folder="../../etc"), "not readable"),
        (lambda backup: (backup.place / MANIFEST).unlink(), "no finished backup"),
    ],
)
async def test_a_backup_that_is_not_what_it_was_changes_nothing(
    backup: Backup, new_database: Callable[[str], str], spoil: Callable[[Backup], None], reason: str
) -> None:
    backup.take()
    spoil(backup)
    url, store = new_database("sqlite"), MemoryStore()
    with pytest.raises(UnusableBackup, match=reason):
        backup.restore(url, store)
    assert store.blobs == {}


async def test_a_restore_that_was_ended_in_the_middle_is_run_again(
    backup: Backup, new_database: Callable[[str], str]
) -> None:
    backup.take()
    url, store = new_database("sqlite"), MemoryStore(limit_bytes=6_000)
    with pytest.raises(Exception, match=r"images|thumbnails"):
        backup.restore(url, store)
    engines = open_engines(url)
    with engines.reader.connect() as connection:
        assert is_empty(connection)
    engines.dispose()
    key = next(iter(store.blobs))
    store.limit_bytes = None
    store.blobs[key] = b"a part"
    assert backup.restore(url, store).damaged == set()
    assert contents(url) == contents(backup.server.settings.resolved_database_url())
    assert store.blobs[key] != b"a part"


async def test_an_older_backup_is_brought_up_to_date(
    backup: Backup, new_database: Callable[[str], str], tmp_path: Path
) -> None:
    """A backup of the first schema, as its version would have written it: fewer tables, fewer columns."""
    first = open_engines(f"sqlite:///{tmp_path / 'first' / 'picam.sqlite3'}")
    upgrade_schema(first.writer, "0001")
    backup.take()
    old, tables = tmp_path / "old", {}
    (old / "tables-1").mkdir(parents=True)
    with first.reader.connect() as connection:
        present = inspect(connection)
        for name in set(backup.manifest()["tables"]) & set(present.get_table_names()):
            columns = {column["name"] for column in present.get_columns(name)}
            rows = [json.loads(line) for line in (backup.tables / f"{name}.jsonl").read_text().splitlines()]
            kept = [{key: value for key, value in row.items() if key in columns} for row in rows]
            data = "".join(json.dumps(row) + "\n" for row in kept).encode()
            (old / "tables-1" / f"{name}.jsonl").write_bytes(data)
            tables[name] = {"rows": len(rows), "sha256": hashlib.sha256(data).hexdigest()}
    first.dispose()
    assert not {"activity", "deletions"} & set(tables)
    (old / "media").symlink_to(backup.place / "media")
    manifest = {**backup.manifest(), "revision": "0001", "tables_folder": "tables-1", "tables": tables}
    (old / MANIFEST).write_text(json.dumps(manifest))
    url = new_database("sqlite")
    before = contents(backup.server.settings.resolved_database_url())
    backup.place = old
    backup.restore(url, MemoryStore())
    after = contents(url)
    assert after["images"] == before["images"]
    assert after["activity"] == before["activity"]
    assert after["image_labels"] == before["image_labels"]


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"mine")
    engines = open_engines(f"sqlite:///{tmp_path / 'x' / 'a.sqlite3'}")
    upgrade_schema(engines.writer)
    with pytest.raises(ValueError, match="no backup"):
        back_up(engines.reader, MemoryStore(), tmp_path, SystemClock(), lambda _text: None)
    engines.dispose()


@pytest.fixture
def command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def use(folder: str) -> None:
        monkeypatch.setenv("PICAM_DATA_DIR", str(tmp_path / folder))

    return use


def test_the_commands_work_and_refuse_with_a_sentence(
    tmp_path: Path, command_line: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path / "backup")
    command_line("one")
    assert main(["backup", place]) == 1
    assert "this database is empty" in capsys.readouterr().err
    assert main(["create-camera", "Porch"]) == 0
    assert main(["backup", place]) == 0
    command_line("two")
    assert main(["restore", place]) == 0
    assert "Restored the backup of" in capsys.readouterr().out
    assert main(["restore", place]) == 1
    assert "in use" in capsys.readouterr().err
    assert main(["check"]) == 0
