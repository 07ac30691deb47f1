"""Fills a database with pictures and alerts through the code that uploads go through (`commit_uploads`), in large groups.

Half a year of 32 cameras: a hundredth starred, a fiftieth labelled, one alert for 33 pictures; rows only, no files. More
than half a million are copies of that half year, each moved back in time, made by the database itself: the same rows in a
fifth of the time. The result is kept in `PICAM_BENCH_DIR` (else in the temporary folder) and taken again by the next run.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, insert, text

from api.clock import SECOND, SystemClock
from api.db import open_engines, upgrade_schema
from api.db.activity_rows import Counted, count
from api.db.image_rows import label_rows
from api.db.person_rows import update_site
from api.db.upload_batch import PendingUpload, commit_uploads
from api.ids import uuid7
from api.models import (
    AlertRecord,
    AlertType,
    ImageRecord,
    ImageState,
    activity,
    activity_totals,
    alerts,
    image_labels,
    images,
)
from api.models.base import values_of
from api.services.cameras import create_camera
from api.services.site import ensure_site

CAMERAS = 32
DAYS = 183
MOST_BY_INGEST = 500_000
PICTURES_AN_ALERT = 33
_LABELS = ("person", "cat", "parcel", "red van")
_GROUP = 4000
_VERSION = 3
# Small, so that the rule for a full disk finds nothing to do.
_PICTURE_BYTES = 1500


def seeded_dir(rows: int) -> Path:
    """Where the database of so many pictures lies, or would lie."""
    base = Path(os.environ.get("PICAM_BENCH_DIR") or Path(tempfile.gettempdir()) / "picam-bench")
    return base / f"rows-{rows}-{_VERSION}"


def seeded(rows: int) -> Path:
    """A data directory with so many pictures; made now if it is not there."""
    folder = seeded_dir(rows)
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        begun = time.perf_counter()
        _fill(folder / "picam.sqlite3", rows)
        (folder / "done").touch()
        print(f"  seeded {rows:,} pictures in {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    return folder


def _fill(path: Path, rows: int) -> None:
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    engines = open_engines(f"sqlite:///{path}")
    upgrade_schema(engines.writer)
    now = SystemClock().now()
    with engines.writer.begin() as connection:
        ensure_site(connection, "Bench", now)
        update_site(connection, retention_days=None)
        cameras = [create_camera(connection, f"Camera {number:02}", now).camera.id for number in range(CAMERAS)]
    with engines.writer.connect() as connection:
        for pragma in ("synchronous = OFF", "cache_size = -800000", "wal_autocheckpoint = 20000"):
            connection.connection.cursor().execute(f"PRAGMA {pragma}")
        for group in _groups(min(rows, MOST_BY_INGEST), now, cameras):
            with connection.begin():
                _commit(connection, group)
        for copy in range(1, rows // MOST_BY_INGEST):
            with connection.begin():
                _copy_back(connection, copy * DAYS * 86_400 * SECOND, now - DAYS * 86_400 * SECOND)
        with connection.begin():
            connection.execute(text("ANALYZE"))
    engines.dispose()


def _commit(connection: Connection, group: list[ImageRecord]) -> None:
    opened = {image.alert_id: image for image in reversed(group) if image.alert_id is not None}
    new = [_alert(identity, image) for identity, image in opened.items() if _begins(identity, image)]
    if new:
        connection.execute(insert(alerts), [values_of(alerts, alert) for alert in new])
        count(connection, [Counted(alert.camera_id, alert.timestamp, alerts=1) for alert in new])
    commit_uploads(connection, [PendingUpload(image, camera_known=True, seen=False) for image in group])
    labels = [row for image in group for row in label_rows(image, image.labels or ())]
    if labels:
        connection.execute(insert(image_labels), labels)


def _copy_back(connection: Connection, shift: int, since: int) -> None:
    """Copy what happened since an instant, `shift` microseconds earlier: days, hours and ids' times move alike."""

    def earlier(identity: bytes | None) -> bytes | None:
        if identity is None:
            return None
        return (int.from_bytes(identity[:6], "big") - shift // 1000).to_bytes(6, "big") + identity[6:]

    connection.connection.driver_connection.create_function("earlier", 1, earlier, deterministic=True)  # type: ignore[union-attr]
    moved = {"id", "alert_id", "key_image_id", "image_id"}, {"timestamp", "ended_at", "received_at", "started_at"}
    for table in (alerts, images, image_labels, activity, activity_totals):
        names = [column.name for column in table.columns]
        values = [
            f"earlier({name})" if name in moved[0] else f"{name} - {shift}" if name in moved[1] else name
            for name in names
        ]
        when = "started_at" if table in {activity, activity_totals} else "timestamp"
        connection.execute(
            text(
                f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table.name} WHERE {when} > {since}"
            )
        )


def _groups(rows: int, now: int, cameras: list[UUID]) -> Iterator[list[ImageRecord]]:
    """Oldest first; every camera in turn has a run of pictures that belong to one alert."""
    chance = random.Random(7)
    # One hour is left empty at the beginning: the copy before must end in an hour of its own.
    step = (DAYS * 24 - 1) * 3600 * SECOND // rows
    timestamp = now - rows * step
    open_alerts: dict[UUID, UUID] = {}
    group: list[ImageRecord] = []
    for number in range(rows):
        timestamp += step
        camera = cameras[number % CAMERAS]
        if number // CAMERAS % PICTURES_AN_ALERT == 0 or camera not in open_alerts:
            open_alerts[camera] = uuid7(timestamp)
        image = _image(chance, timestamp, camera, open_alerts[camera])
        if number % 100 == 0:
            image = replace(image, starred=True)
        if number % 50 == 1:
            image = replace(image, labels=[_LABELS[number // 50 % len(_LABELS)]])
        group.append(image)
        if len(group) == _GROUP:
            yield group
            group = []
    if group:
        yield group


def _image(chance: random.Random, timestamp: int, camera: UUID, alert: UUID) -> ImageRecord:
    identity = uuid7(timestamp)
    return ImageRecord(
        id=identity,
        timestamp=timestamp,
        filename=f"{identity}-{chance.getrandbits(32):08x}.jpg",
        camera_id=camera,
        alert_id=alert,
        received_at=timestamp + 900_000,
        size_bytes=_PICTURE_BYTES,
        width=1920,
        height=1080,
        sha256=chance.randbytes(32),
        score=chance.random(),
        motion_boxes=[[0.41, 0.22, 0.1, 0.3]],
        labels=None,
        starred=False,
        clock_synchronized=True,
        reported_timestamp=None,
        boot_id=None,
        monotonic_seconds=None,
        state=ImageState.GOOD.value,
        thumbnail_stored=True,
        average_color=0x6F7A5C,
    )


def _begins(alert_id: UUID, image: ImageRecord) -> bool:
    """Whether the alert was opened with this picture: its id has the same millisecond."""
    return alert_id.int >> 80 == image.timestamp // 1000


def _alert(identity: UUID, first: ImageRecord) -> AlertRecord:
    kinds = list(AlertType)[:5]
    return AlertRecord(
        id=identity,
        timestamp=first.timestamp,
        type=kinds[identity.int % len(kinds)].value,
        camera_id=first.camera_id,
        ended_at=first.timestamp + 15 * SECOND,
        score=first.score,
        image_count=0,
        key_image_id=None,
        key_image_score=None,
        starred=False,
        clock_synchronized=True,
        reported_timestamp=None,
        boot_id=None,
        monotonic_seconds=None,
        received_at=first.timestamp + 900_000,
    )
