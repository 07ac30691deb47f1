"""Takes a picture in: judge it, make the file durable, commit the row, then answer and tell the viewers.

Order is the promise: never a row before its file, never an answer before the row. A crash in between leaves a file that
nobody was told of. Repeats are found by the id, in the committing transaction, so concurrent ones give one image.
"""

import asyncio
import hashlib
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

from api.broadcast import Change
from api.clock import SECOND, Clock, to_datetime
from api.db import Database
from api.db.upload_batch import Accepted, PendingUpload, commit_uploads
from api.errors import Conflict, Forbidden, Invalid, StorageFull, TooLarge, Unavailable
from api.ids import uuid7
from api.metrics import Metrics
from api.models import ImageRecord, ImageState
from api.schemas.image import ImageUpload
from api.services.changes import alert_change, image_change
from api.services.instants import believe
from api.services.jpeg import inspect_jpeg
from api.services.metadata import without_metadata
from api.services.principal import CameraPrincipal, Principal, require_writer
from api.services.reserve import DiskReserve
from api.storage import BlobStore, StoreFull, StoreUnavailable

SEEN_EVERY = 10 * SECOND
"""A camera's `last_seen_at` is written at most this often by its uploads."""
MOST_THUMBNAIL_BYTES = 200_000
MOST_THUMBNAIL_WIDTH = 320


def blob_key(record: ImageRecord, *, thumbnail: bool = False) -> str:
    """Where a picture lies: derived from what never changes, so the row needs no path."""
    return key_of(record.camera_id, record.received_at, record.filename, thumbnail=thumbnail)


def key_of(camera_id: UUID, received_at: int, filename: str, *, thumbnail: bool = False) -> str:
    """The same from the three facts that it takes. Keys of a camera sort by hour of arrival, then by image id."""
    moment = to_datetime(received_at)
    kind = "thumbnails" if thumbnail else "images"
    return f"{kind}/{camera_id}/{moment:%Y-%m-%d}/{moment:%H}/{filename}"


class Ingest:
    """Accepts uploads. Any number may run at once; each holds its bytes, one file job and one place in the writer."""

    def __init__(
        self,
        database: Database,
        store: BlobStore,
        clock: Clock,
        *,
        max_pixels: int,
        file_jobs: ThreadPoolExecutor,
        on_stored: Callable[[], None],
        reserve: DiskReserve,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._max_pixels = max_pixels
        self._file_jobs = file_jobs
        self._on_stored = on_stored
        self._seen_at: dict[UUID, int] = {}
        self._reserve = reserve
        self._metrics = metrics

    def admit(self, size_bytes: int) -> None:
        """Before the body of an upload is read. Raises `StorageFull` where it would be in vain."""
        self._reserve.check(size_bytes)

    async def accept(
        self,
        upload: ImageUpload,
        data: bytes,
        thumbnail: bytes | None,
        principal: Principal,
        *,
        strip: bool = False,
    ) -> Accepted:
        """Store a picture durably; `strip`: without its metadata.

        Raises `Forbidden` (foreign camera or alert), `Invalid`/`TooLarge` (picture or time), `Conflict` (id taken by
        another picture), `StorageFull`, `Unavailable`. After any of the first three nothing is left behind.
        """
        require_writer(principal, upload.camera_id)
        now = self._clock.now()
        believed = believe(upload.timestamp, now, synchronized=upload.clock_synchronized)
        loop = asyncio.get_running_loop()

        def keep() -> tuple[ImageRecord, bytes | None]:
            kept, small, other = data, thumbnail, without_metadata(data)
            if strip:
                kept, other, small = other, data, None if thumbnail is None else without_metadata(thumbnail)
            record = self._judge(upload, kept, believed.timestamp, believed.reported, now)
            self._reserve.take(len(kept) + len(small or b""))
            other_sha256 = None if other is kept else hashlib.sha256(other).digest()
            return self._store_files(record, kept, small), other_sha256

        begun = time.perf_counter()
        try:
            record, other_sha256 = await loop.run_in_executor(self._file_jobs, keep)
        except StoreFull as error:
            raise StorageFull("The server's disk is full: keep the picture and send it later.") from error
        except StoreUnavailable as error:
            raise Unavailable("The picture could not be stored: send it again in a few seconds.") from error
        stored = time.perf_counter()
        self._metrics.stored(stored - begun, record.size_bytes)
        seen = isinstance(principal, CameraPrincipal) and self._note_seen(principal.camera_id, now)
        pending = PendingUpload(record, isinstance(principal, CameraPrincipal), seen, other_sha256)
        try:
            committing = self._database.write_batch(commit_uploads, pending, _announced)
        except Unavailable:
            # Not even queued. Once it is queued, only a refusal is sure to have left no row.
            await self._forget(record)
            raise
        try:
            accepted = await committing
        except (Conflict, Forbidden, Invalid):
            await self._forget(record)
            raise
        self._metrics.committed(time.perf_counter() - stored)
        if accepted.created:
            self._on_stored()
        else:
            await self._forget(record)
        return accepted

    def _note_seen(self, camera_id: UUID, now: int) -> bool:
        """Whether it is time to write down again that this camera was heard of."""
        if now - self._seen_at.get(camera_id, 0) < SEEN_EVERY:
            return False
        self._seen_at[camera_id] = now
        return True

    def check_thumbnail(self, thumbnail: bytes) -> None:
        """Raises `Invalid` or `TooLarge` unless these bytes can serve as a thumbnail."""
        if len(thumbnail) > MOST_THUMBNAIL_BYTES:
            raise TooLarge("too_large", f"A thumbnail has at most {MOST_THUMBNAIL_BYTES} bytes.")
        info = inspect_jpeg(thumbnail, max_pixels=self._max_pixels)
        if info.width > MOST_THUMBNAIL_WIDTH:
            raise Invalid("thumbnail_too_wide", f"A thumbnail is at most {MOST_THUMBNAIL_WIDTH} pixels wide.")

    def _judge(self, upload: ImageUpload, data: bytes, timestamp: int, reported: int | None, now: int) -> ImageRecord:
        info = inspect_jpeg(data, max_pixels=self._max_pixels)
        image_id = upload.id or uuid7(now)
        return ImageRecord(
            id=image_id,
            timestamp=timestamp,
            filename=f"{image_id}-{secrets.token_hex(4)}.jpg",
            camera_id=upload.camera_id,
            alert_id=upload.alert_id,
            received_at=now,
            size_bytes=len(data),
            width=info.width,
            height=info.height,
            sha256=hashlib.sha256(data).digest(),
            score=upload.score,
            motion_boxes=[[box.x, box.y, box.w, box.h] for box in upload.motion_boxes] or None,
            labels=None,
            starred=False,
            clock_synchronized=upload.clock_synchronized,
            reported_timestamp=reported,
            boot_id=upload.boot_id,
            monotonic_seconds=upload.monotonic_seconds,
            state=ImageState.PENDING.value,
            thumbnail_stored=False,
            average_color=None,
            time_uncertainty_seconds=upload.time_uncertainty_seconds,
        )

    def _store_files(self, record: ImageRecord, data: bytes, thumbnail: bytes | None) -> ImageRecord:
        self._store.put(blob_key(record), data)
        if thumbnail is None:
            return record
        try:
            self.check_thumbnail(thumbnail)
            # Not durable: a thumbnail that a power loss takes is made again from the picture.
            self._store.put(blob_key(record, thumbnail=True), thumbnail, durable=False)
        except (Invalid, TooLarge, StoreFull, StoreUnavailable):
            # The picture is what counts: the server makes its own thumbnail.
            return record
        return replace(record, thumbnail_stored=True)

    async def _forget(self, record: ImageRecord) -> None:
        """Take back the files of an upload whose row was definitely not committed."""

        def delete() -> None:
            self._store.delete(blob_key(record))
            self._store.delete(blob_key(record, thumbnail=True))

        try:
            await asyncio.get_running_loop().run_in_executor(self._file_jobs, delete)
        except StoreUnavailable:
            return  # `check` finds a file without a row.


def _announced(accepted: Accepted) -> list[Change]:
    if not accepted.created:
        return []
    changes = [image_change(accepted.image, "created")]
    if accepted.alert is not None:
        changes.append(alert_change(accepted.alert, "updated"))
    return changes
