"""Pictures to take away: one zip of many, written while it is sent. Nothing is put on the disk, and memory holds one
picture at a time."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from api.clock import to_datetime, to_rfc3339
from api.db import Database
from api.errors import Invalid, NotFound, TooMany
from api.models import AuditAction, ImageRecord, Role, cameras, images
from api.services.audit import Audit
from api.services.ingest import blob_key
from api.services.principal import PersonPrincipal, require_role
from api.services.timeline import site_zone
from api.storage import BlobMissing, BlobStore

MOST_IMAGES = 500
"""Pictures in one zip of a selection."""
MOST_OF_TIME = 10_000
"""Pictures in one zip of a stretch of time."""
_UNSAFE = re.compile(r"[^\w .()-]+")
_MOST_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture of an export and its name in the zip."""

    image: ImageRecord
    camera: str
    name: str


@dataclass(frozen=True, slots=True)
class Export:
    """What is taken away. `size_bytes` is what the pictures take together; the zip is a little larger."""

    filename: str
    size_bytes: int
    entries: tuple[Entry, ...]


class Exports:
    """Use cases of taking pictures away."""

    def __init__(self, database: Database, store: BlobStore, audit: Audit, file_jobs: ThreadPoolExecutor) -> None:
        self._database = database
        self._store = store
        self._audit = audit
        self._file_jobs = file_jobs
        self._running = 0

    async def of_images(self, image_ids: Sequence[UUID], person: PersonPrincipal) -> Export:
        """Those of the images that exist and that the person may see. Raises `NotFound` when none is left."""

        def ask(connection: Connection) -> Export:
            rows = connection.execute(select(images).where(images.c.id.in_(image_ids)))
            found = [record for record in (ImageRecord(*row) for row in rows) if person.sees(record.camera_id)]
            if not found:
                raise NotFound("not_found", "None of these pictures exists any more.")
            return named(connection, found)

        return await self._noted(await self._database.read(ask), person)

    async def of_time(self, camera_ids: Sequence[UUID], since: int, until: int, person: PersonPrincipal) -> Export:
        """All pictures of these cameras (none named: all that the person may see) from `since` on and before `until`,
        in microseconds. Raises `Forbidden`, `NotFound` when there is none, `Invalid` (`too_many_pictures`)."""
        require_role(person, Role.ADMIN, Role.MEMBER)
        wanted = person.narrow(camera_ids)

        def ask(connection: Connection) -> Export:
            query = select(images).where(images.c.timestamp >= since, images.c.timestamp < until)
            if wanted:
                query = query.where(images.c.camera_id.in_(wanted))
            ordered = query.order_by(images.c.timestamp, images.c.id).limit(MOST_OF_TIME + 1)
            found = [ImageRecord(*row) for row in connection.execute(ordered)]
            if not found:
                raise NotFound("not_found", "There is no picture in this time: choose another.")
            if len(found) > MOST_OF_TIME:
                raise Invalid(
                    "too_many_pictures", f"One download holds {MOST_OF_TIME} pictures: choose a shorter time."
                )
            return named(connection, found)

        return await self._noted(
            await self._database.read(ask), person, since=to_rfc3339(since), until=to_rfc3339(until)
        )

    async def _noted(self, export: Export, person: PersonPrincipal, **details: str) -> Export:
        cameras_ = sorted({str(entry.image.camera_id) for entry in export.entries})
        count = len(export.entries)
        entry = self._audit.entry(person, AuditAction.EXPORTED, pictures=count, cameras=cameras_, **details)
        await self._audit.record(entry)
        return export

    async def chunks(self, export: Export) -> AsyncGenerator[bytes, None]:
        """The bytes of the zip, each piece made when it is asked for. Raises `TooMany` before the first, and
        `StoreUnavailable`: what came until then is no whole zip."""
        if self._running >= _MOST_AT_ONCE:
            raise TooMany("busy", "Other downloads are being put together: try again shortly.", retry_after_seconds=10)
        self._running += 1
        try:
            pieces = self._zip(export)
            loop = asyncio.get_running_loop()
            # A step is a job of its own, so that a slow reader holds no thread.
            while piece := await loop.run_in_executor(self._file_jobs, next, pieces, b""):
                yield piece
        finally:
            self._running -= 1

    def _zip(self, export: Export) -> Iterator[bytes]:
        """A picture whose file is gone by now is left out and named in `missing.txt`. Blocks."""
        from zipstream import ZipStream

        archive = ZipStream()
        missing: list[str] = []
        for entry in export.entries:
            try:
                data = self._store.read(blob_key(entry.image))
            except BlobMissing:
                missing.append(entry.name)
                continue
            archive.add(data, entry.name)
            yield from archive.all_files()
        archive.add(_table(export), "pictures.csv")
        if missing:
            archive.add(
                "\n".join(["The files of these pictures are missing on the server:", *missing, ""]), "missing.txt"
            )
        yield from archive


def named(connection: Connection, found: Sequence[ImageRecord]) -> Export:
    """An export of these pictures: a folder for each camera, file names by the site's clock."""
    zone = site_zone(connection)
    ids = {record.camera_id for record in found}
    rows = connection.execute(select(cameras.c.id, cameras.c.name).where(cameras.c.id.in_(ids)))
    names = {row.id: row.name for row in rows}
    ordered = sorted(found, key=lambda record: (record.timestamp, record.id))
    entries = tuple(_entry(record, names.get(record.camera_id, str(record.camera_id)), zone) for record in ordered)
    day = to_datetime(ordered[0].timestamp).astimezone(zone)
    return Export(f"pictures-{day:%Y-%m-%d}.zip", sum(record.size_bytes for record in ordered), entries)


def _entry(record: ImageRecord, camera: str, zone: ZoneInfo) -> Entry:
    moment = to_datetime(record.timestamp).astimezone(zone)
    # No name of a person's choosing is ever a path, here or where the zip is unpacked.
    folder = _UNSAFE.sub("_", camera).strip(" .") or "camera"
    name = f"{folder}/{moment:%Y-%m-%d %H.%M.%S}.{moment.microsecond // 1000:03d} {str(record.id)[-12:]}.jpg"
    return Entry(record, camera, name)


def _table(export: Export) -> str:
    """What a picture was: time, camera, and the digest that proves it unchanged."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["file", "captured_at", "received_at", "camera", "sha256", "id"])
    for entry in export.entries:
        image = entry.image
        moments = [to_rfc3339(image.timestamp), to_rfc3339(image.received_at)]
        table.writerow([entry.name, *moments, _as_text(entry.camera), image.sha256.hex(), str(image.id)])
    return text.getvalue()


def _as_text(value: str) -> str:
    """A spreadsheet must not take a camera's name for a formula."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@"} else value
