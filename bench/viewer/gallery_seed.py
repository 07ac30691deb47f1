"""A server's data with very many pictures, made quickly: rows of their own, over a few real files that they share.

Four cameras, pictures spread evenly over the days of each; the newest is a minute old. The result is kept in
`PICAM_BENCH_DIR` (else in the temporary folder) and taken again by the next run.
"""

import io
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from PIL import Image, ImageDraw
from sqlalchemy import insert

from api.clock import SECOND, SystemClock
from api.db import open_engines, upgrade_schema
from api.db.activity_rows import Counted, count
from api.db.person_rows import update_site
from api.ids import uuid7
from api.models import ImageRecord, ImageState, images
from api.models.base import values_of
from api.services.cameras import create_camera
from api.services.ingest import key_of
from api.services.site import ensure_site
from api.storage.disk import DiskStore

CAMERAS = ("Front door", "Garden", "Garage", "Back yard")
PICTURES = 48
_GROUP = 20_000
_VERSION = 1
_DAY = 86_400 * SECOND


def seeded_gallery(rows: int, days: int) -> Path:
    """A data directory with so many pictures over so many days; made now if it is not there."""
    base = Path(os.environ.get("PICAM_BENCH_DIR") or Path(tempfile.gettempdir()) / "picam-bench")
    folder = base / f"gallery-{rows}-{days}-{_VERSION}"
    if not (folder / "done").exists():
        begun = time.perf_counter()
        folder.mkdir(parents=True, exist_ok=True)
        fill(folder, rows, days, [drawn(number) for number in range(PICTURES)])
        (folder / "done").touch()
        print(f"  seeded {rows:,} pictures in {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    return folder


def fill(folder: Path, rows: int, days: int, pictures: Sequence[bytes]) -> None:
    """Into an empty folder."""
    for old in folder.glob("picam.sqlite3*"):
        old.unlink()
    engines = open_engines(f"sqlite:///{folder / 'picam.sqlite3'}")
    upgrade_schema(engines.writer)
    now = SystemClock().now()
    with engines.writer.begin() as connection:
        ensure_site(connection, "Bench", now)
        update_site(connection, retention_days=None)
        cameras = [create_camera(connection, name, now).camera.id for name in CAMERAS]
    store = DiskStore(folder / "media")
    colors = []
    for number, data in enumerate(pictures):
        with Image.open(io.BytesIO(data)) as picture:
            red, green, blue = picture.resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
            colors.append(int(red) << 16 | int(green) << 8 | int(blue))
            small = io.BytesIO()
            picture.resize((320, 320 * picture.height // picture.width)).save(small, "JPEG", quality=70)
        for camera in cameras:
            store.put(key_of(camera, now, f"{number}.jpg"), data, durable=False)
            store.put(key_of(camera, now, f"{number}.jpg", thumbnail=True), small.getvalue(), durable=False)
    with engines.writer.connect() as connection:
        connection.connection.cursor().execute("PRAGMA synchronous = OFF")
        for group in _groups(rows, days, now, cameras, colors):
            with connection.begin():
                connection.execute(insert(images), [values_of(images, image) for image in group])
                count(connection, [Counted(image.camera_id, image.timestamp, images=1) for image in group])
    engines.dispose()


def _groups(
    rows: int, days: int, now: int, cameras: Sequence[UUID], colors: Sequence[int]
) -> Iterator[list[ImageRecord]]:
    chance = random.Random(5)
    step = days * _DAY // rows
    timestamp = now - 60 * SECOND - rows * step
    group: list[ImageRecord] = []
    for _ in range(rows):
        timestamp += step
        number = chance.randrange(len(colors))
        group.append(
            ImageRecord(
                id=uuid7(timestamp), timestamp=timestamp, filename=f"{number}.jpg", camera_id=chance.choice(cameras),
                alert_id=None, received_at=now, size_bytes=1500, width=640, height=480, sha256=chance.randbytes(32),
                score=None, motion_boxes=None, labels=None, starred=number == 0 and chance.random() < 0.2,
                clock_synchronized=True, reported_timestamp=None, boot_id=None, monotonic_seconds=None,
                state=ImageState.GOOD.value, thumbnail_stored=True, average_color=colors[number],
            )
        )  # fmt: skip
        if len(group) == _GROUP:
            yield group
            group = []
    if group:
        yield group


def drawn(number: int) -> bytes:
    """A picture that a camera might have taken: sky, ground, and something that moves; about 20 kB."""
    chance = random.Random(number)
    light = 0.25 + 0.75 * chance.random()
    sky = (int(110 * light), int(150 * light), int(200 * light))
    ground = (int(90 * light), int(110 * light) + chance.randrange(20), int(60 * light))
    picture = Image.new("RGB", (640, 480), sky)
    pen = ImageDraw.Draw(picture)
    horizon = 180 + chance.randrange(120)
    pen.rectangle((0, horizon, 640, 480), fill=ground)
    for _ in range(60):
        x, y, size = chance.randrange(640), horizon + chance.randrange(300), 4 + chance.randrange(30)
        shade = int(30 * light) + chance.randrange(60)
        pen.ellipse((x, y, x + size, y + size // 3), fill=(shade, shade + 20, shade))
    x, height = 60 + chance.randrange(500), 60 + chance.randrange(110)
    coat = tuple(chance.randrange(40, 220) for _ in range(3))
    pen.ellipse((x, horizon + 20, x + height // 4, horizon + 20 + height // 4), fill=(220, 180, 150))
    pen.rectangle((x - 6, horizon + 20 + height // 4, x + height // 3, horizon + 20 + height), fill=coat)
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=80)
    return data.getvalue()
