"""A server that is killed at any moment keeps every picture that it acknowledged, exactly once."""

import hashlib
import random
import signal
import sqlite3
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx

from api.clock import SystemClock, to_rfc3339
from api.db import open_engines, upgrade_schema
from api.ids import uuid7
from api.services.cameras import create_camera
from api.tests.processes import ServerProcess
from api.tests.support import CameraAccess, jpeg

SENDERS = 6
KILLS = 3


@dataclass
class Record:
    """What the senders know: every id they tried, and those that were acknowledged, with the bytes' hash."""

    tried: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    progress: threading.Condition = field(default_factory=threading.Condition)


class Sender(threading.Thread):
    """A camera that sends one picture after the other, each again and again until it is acknowledged."""

    def __init__(
        self, number: int, camera: CameraAccess, record: Record, address: list[str], stop: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self._pictures = [jpeg(320, 240, seed=number * 100 + each) for each in range(8)]
        self._camera = camera
        self._record = record
        self._address = address
        self._end = stop

    def run(self) -> None:
        clock, number = SystemClock(), 0
        headers = {**self._camera.headers, "content-type": "image/jpeg"}
        with httpx.Client(headers=headers, timeout=10, verify=False) as client:
            while not self._end.is_set():
                image_id, data = str(uuid7(clock.now())), self._pictures[number % len(self._pictures)]
                number += 1
                with self._record.lock:
                    self._record.tried[image_id] = hashlib.sha256(data).hexdigest()
                while not self._send(client, image_id, data, clock) and not self._end.wait(0.05):
                    pass

    def _send(self, client: httpx.Client, image_id: str, data: bytes, clock: SystemClock) -> bool:
        fields = {"camera_id": str(self._camera.id), "timestamp": to_rfc3339(clock.now()), "id": image_id}
        try:
            response = client.post(f"{self._address[0]}/images", params=fields, content=data)
        except httpx.TransportError:
            return False
        if response.status_code in {200, 201}:
            with self._record.progress:
                self._record.acknowledged[image_id] = response.json()["sha256"]
                self._record.progress.notify_all()
            return True
        self._record.unexpected.append(f"{response.status_code} {response.text}")
        return False


def wait_for(record: Record, more: int) -> None:
    """Until so many more pictures have been acknowledged: a kill hits a server at work, however slow the machine."""
    with record.progress:
        wanted = len(record.acknowledged) + more
        assert record.progress.wait_for(lambda: len(record.acknowledged) >= wanted, timeout=60)


def test_kill_9_loses_nothing_that_was_acknowledged_and_doubles_nothing(tmp_path: Path) -> None:
    data_dir, dice = tmp_path / "data", random.Random(9)
    camera = new_camera(data_dir)
    record, stop = Record(), threading.Event()
    server = ServerProcess(data_dir)
    address = [server.url]
    senders = [Sender(number, camera, record, address, stop) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    for _ in range(KILLS):
        wait_for(record, dice.randrange(5, 30))
        # Anywhere within the next uploads, not at the moment of an answer.
        time.sleep(dice.random() * 0.02)
        server.stop(signal.SIGKILL)
        left = without_a_row(data_dir)
        server = ServerProcess(data_dir)
        address[0] = server.url
    wait_for(record, 10)
    # Still at work when it is asked to end: that leaves nothing half done.
    assert server.stop(signal.SIGTERM) == 0
    stop.set()
    for sender in senders:
        sender.join(30)
    assert without_a_row(data_dir) == left, "a clean end leaves no file without a row"
    assert "Traceback" not in server.log()
    assert record.unexpected == []
    assert len(record.acknowledged) > KILLS * 5
    check(data_dir, record)


def new_camera(data_dir: Path) -> CameraAccess:
    data_dir.mkdir()
    engines = open_engines(f"sqlite:///{data_dir / 'picam.sqlite3'}")
    upgrade_schema(engines.writer)
    with engines.writer.begin() as connection:
        new = create_camera(connection, "Porch", SystemClock().now())
    engines.dispose()
    return CameraAccess(new.camera.id, new.token)


def without_a_row(data_dir: Path) -> set[str]:
    with sqlite3.connect(data_dir / "picam.sqlite3") as connection:
        names = {row[0] for row in connection.execute("SELECT filename FROM images")}
    connection.close()
    return {path.name for path in (data_dir / "media" / "images").rglob("*.jpg")} - names


def check(data_dir: Path, record: Record) -> None:
    """Independent of the server's code: the rows by SQL, the files by their bytes."""
    with sqlite3.connect(data_dir / "picam.sqlite3") as connection:
        rows = connection.execute("SELECT id, filename, sha256, size_bytes FROM images").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    stored = {str(UUID(bytes=row[0])): row for row in rows}
    files: dict[str, list[Path]] = {}
    for path in (data_dir / "media" / "images").rglob("*.jpg"):
        files.setdefault(path.name, []).append(path)
    assert record.acknowledged.keys() <= stored.keys(), "acknowledged and lost"
    assert stored.keys() <= record.tried.keys(), "never sent"
    for image_id, (_, filename, sha256, size_bytes) in stored.items():
        assert len(files.get(filename, [])) == 1, "a row without its file"
        data = files[filename][0].read_bytes()
        assert hashlib.sha256(data).digest() == sha256
        assert (sha256.hex(), len(data)) == (record.tried[image_id], size_bytes)
        assert record.acknowledged.get(image_id, sha256.hex()) == sha256.hex()
    # What a kill left in between is a file that nobody was told of: at most what was under way at each kill.
    assert len(files) - len(stored) <= KILLS * SENDERS
