"""`backup`: the database as JSON lines, consistent at one moment, and the pictures that the backup does not have yet.

Works beside a running server. The database comes first: pictures are only ever added, so each row's files are there,
but for what is deleted meanwhile. Pictures are never removed from a backup. Layout, in a folder of its own:

    manifest.json                        names the tables' folder; written last, replaced atomically
    tables-20261122T220102Z/*.jsonl      a file a table
    tables-20261122T220102Z/pictures.sha256    for `sha256sum -c`, run in the backup's folder
    media/images/..., media/thumbnails/...
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine

from api import __version__
from api.clock import Clock, to_datetime, to_rfc3339
from api.db import revision_of
from api.db.dump import dump_table, dumped_tables, read_rows
from api.db.inventory import snapshot, still_kept
from api.models import deletions, images
from api.services.ingest import key_of
from api.storage import BlobMissing, BlobStore, DiskStore

FORMAT = 1
MANIFEST = "manifest.json"
MEDIA = "media"
PICTURES = "pictures.sha256"
_PARALLEL = 8
_TELL_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class Blob:
    """A file that a row speaks of. Thumbnails have no digest: they can be made again."""

    image_id: UUID
    key: str
    size_bytes: int | None = None
    sha256: str | None = None


@dataclass(slots=True)
class Result:
    """What a run did. `missing` and `damaged`: keys of pictures that the server itself does not have whole."""

    rows: int = 0
    copied: int = 0
    copied_bytes: int = 0
    present: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


def back_up(reader: Engine, store: BlobStore, place: Path, clock: Clock, tell: Callable[[str], None]) -> Result:
    """Bring the backup in `place` up to date. Raises OSError, SQLAlchemyError, `StoreUnavailable`, ValueError (`place`
    holds something else)."""
    _check_place(place)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = clock.now()
    tables = place / f"tables-{to_datetime(now):%Y%m%dT%H%M%SZ}"
    # Left by a run that ended in the same second before it was done.
    shutil.rmtree(tables, ignore_errors=True)
    tables.mkdir(mode=0o700)
    tell("database")
    with snapshot(reader) as connection:
        revision = revision_of(connection)
        dumped = {
            table.name: dump_table(connection, table, tables / f"{table.name}.jsonl") for table in dumped_tables()
        }
    result = Result(rows=sum(found.rows for found in dumped.values()))
    _copy_pictures(reader, store, place, tables, result, tell)
    manifest = {
        "format": FORMAT,
        "made_at": to_rfc3339(now),
        "version": __version__,
        "revision": revision,
        "tables_folder": tables.name,
        "tables": {name: asdict(found) for name, found in dumped.items()},
    }
    _sync(*tables.iterdir(), tables)
    _replace(place / MANIFEST, json.dumps(manifest, indent=2) + "\n")
    for old in place.glob("tables-*"):
        if old != tables:
            shutil.rmtree(old)
    return result


def blobs_of(tables: Path) -> Iterator[Blob]:
    """Every file that the dumped rows speak of: of images, and of deleted images that can still be brought back."""
    rows = read_rows(tables / f"{images.name}.jsonl")
    waiting = tables / f"{deletions.name}.jsonl"
    # The first version had no such table.
    deleted = (row["row"] for row in read_rows(waiting) if row["row"] is not None) if waiting.is_file() else ()
    for row in (row for source in (rows, deleted) for row in source if "filename" in row):
        image_id, camera_id = UUID(row["id"]), UUID(row["camera_id"])
        key = key_of(camera_id, row["received_at"], row["filename"])
        yield Blob(image_id, key, row["size_bytes"], row["sha256"])
        if row["thumbnail_stored"]:
            yield Blob(image_id, key_of(camera_id, row["received_at"], row["filename"], thumbnail=True))


def is_whole(data: bytes, blob: Blob) -> bool:
    """Whether these bytes are what the row says."""
    return blob.sha256 is None or hashlib.sha256(data).hexdigest() == blob.sha256


def _copy_pictures(
    reader: Engine, store: BlobStore, place: Path, tables: Path, result: Result, tell: Callable[[str], None]
) -> None:
    target = DiskStore(place / MEDIA)
    gone: list[Blob] = []

    def copy(blob: Blob) -> tuple[Blob, str, int]:
        path = place / MEDIA / blob.key
        if path.is_file():
            if blob.size_bytes is None or path.stat().st_size == blob.size_bytes:
                return blob, "present", 0
            # A part, left by a run that was ended in the middle of it.
            target.delete(blob.key)
        try:
            data = store.read(blob.key)
        except BlobMissing:
            return blob, "gone", 0
        target.put(blob.key, data)
        return blob, "copied" if is_whole(data, blob) else "damaged", len(data)

    with ThreadPoolExecutor(_PARALLEL) as threads, (tables / PICTURES).open("x", encoding="ascii") as sums:
        blobs = blobs_of(tables)
        done = 0
        while batch := list(islice(blobs, _TELL_EVERY)):
            for blob, outcome, size_bytes in threads.map(copy, batch):
                _note(result, outcome, blob, size_bytes, gone)
                if blob.sha256 is not None and outcome != "gone":
                    sums.write(f"{blob.sha256}  {MEDIA}/{blob.key}\n")
            done += len(batch)
            tell(f"{done} files, {result.copied} of them new")
    # What was deleted since the snapshot is no loss.
    if gone:
        with snapshot(reader) as connection:
            kept = still_kept(connection, [blob.image_id for blob in gone])
        result.missing.extend(blob.key for blob in gone if blob.image_id in kept and blob.sha256 is not None)


def _note(result: Result, outcome: str, blob: Blob, size_bytes: int, gone: list[Blob]) -> None:
    if outcome == "gone":
        gone.append(blob)
    elif outcome == "present":
        result.present += 1
    else:
        result.copied += 1
        result.copied_bytes += size_bytes
        if outcome == "damaged":
            result.damaged.append(blob.key)


def _check_place(place: Path) -> None:
    if place.exists() and not place.is_dir():
        raise ValueError(f"{place} is no folder")
    if place.is_dir() and any(place.iterdir()) and not (place / MANIFEST).is_file() and not (place / MEDIA).is_dir():
        raise ValueError(f"{place} holds something that is no backup: name an empty folder or an earlier backup")


def _replace(path: Path, content: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(content, encoding="utf-8")
    _sync(part)
    part.replace(path)
    _sync(path.parent)


def _sync(*paths: Path) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
