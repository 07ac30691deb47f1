"""Retention: how long pictures are kept, and what goes when the disk gets full. Starred things never go.

Rules, whichever is reached first: days (the camera's own, else the site's), bytes (the camera's own), and the disk: all
pictures together take at most 80 % of the room that they and the free space make up. Rows leave first and in bounded
transactions; their files follow by `Purging`, so a crash at any point leaves a work list, never a row without a file.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from api.broadcast import Change
from api.clock import SECOND, Clock
from api.db import Database
from api.db.audit_rows import append_audit
from api.db.camera_rows import overviews
from api.db.deletion_rows import Deleting, delete_alerts, delete_images
from api.db.person_rows import get_site, update_site
from api.db.retention_rows import Usage, empty_alerts, oldest_images, oldest_timestamp, starred_usage, usage
from api.ids import uuid7
from api.models import SERVER_ID, AuditAction, CameraRecord, ImageRecord, Role
from api.services.audit import entry_by
from api.services.changes import alert_change, image_change
from api.services.principal import PersonPrincipal, require_role
from api.storage import BlobStore

DAY = 86_400 * SECOND
DISK_SHARE = 0.8
_BATCH = 500
_FORECAST_DAYS = 7
_FORESEEABLE_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class StorageReport:
    """How full it is. `full_at` is when, at the pace of the last week, retention begins to delete for want of room;
    None when that is ten years away."""

    images: int
    size_bytes: int
    free_bytes: int | None
    budget_bytes: int | None
    bytes_per_day: int
    full_at: int | None
    oldest_at: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would take now. Counted by whole hours: what lies in the hour of the limit is not counted yet."""

    images: int
    size_bytes: int
    kept_starred: int


@dataclass(frozen=True, slots=True)
class _Gone:
    freed_bytes: int
    rows: int
    changes: tuple[Change, ...]


class Retention:
    """Use cases of retention."""

    def __init__(self, database: Database, store: BlobStore, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._clock = clock

    async def sweep(self) -> int:
        """Delete what the rules say; the number of rows deleted. Small transactions, so that uploads pass between."""
        total = 0
        site_days, cameras = await self._database.read(_rules)
        for camera in cameras:
            days = camera.retention_days if camera.retention_days is not None else site_days
            if days is not None:
                total += await self._by_age(camera.id, self._clock.now() - days * DAY)
            if camera.retention_bytes is not None:
                total += await self._by_bytes(camera.id, camera.retention_bytes)
        if site_days is not None:
            total += await self._by_age(SERVER_ID, self._clock.now() - site_days * DAY)
        return total + await self._by_disk()

    async def days(self) -> int | None:
        """How long cameras without a rule of their own keep pictures; None: as long as there is room."""
        return (await self._database.read(_rules))[0]

    async def set_days(self, days: int | None, admin: PersonPrincipal) -> None:
        """Raises `Forbidden`."""
        require_role(admin, Role.ADMIN)
        entry = entry_by(admin, self._clock.now(), AuditAction.SETTINGS_CHANGED, "site", retention=days or "for ever")

        def commit(connection: Connection) -> None:
            update_site(connection, retention_days=days)
            append_audit(connection, entry)

        await self._database.write(commit)

    async def preview(self, days: int, camera_ids: tuple[UUID, ...] = ()) -> Preview:
        """What would be deleted if pictures of these cameras (none named: all) were kept for `days`."""
        before = self._clock.now() - days * DAY

        def ask(connection: Connection) -> Preview:
            old = usage(connection, camera_ids, until=before - before % (3600 * SECOND))
            starred = starred_usage(connection, before, camera_ids)
            return Preview(
                max(0, old.images - starred.images), max(0, old.size_bytes - starred.size_bytes), starred.images
            )

        return await self._database.read(ask)

    async def report(self, camera_ids: tuple[UUID, ...] = ()) -> StorageReport:
        """How full it is, and when it will be full; with cameras named, what theirs take, and nothing of the disk."""
        now = self._clock.now()
        free = None if camera_ids else await asyncio.to_thread(self._store.free_bytes)

        def ask(connection: Connection) -> tuple[Usage, Usage, int | None]:
            return (
                usage(connection, camera_ids),
                usage(connection, camera_ids, since=now - _FORECAST_DAYS * DAY),
                oldest_timestamp(connection, camera_ids),
            )

        stored, recent, oldest = await self._database.read(ask)
        watched_days = _FORECAST_DAYS if oldest is None else min(_FORECAST_DAYS, max(1.0, (now - oldest) / DAY))
        per_day = round(recent.size_bytes / watched_days)
        budget = None if free is None else round(DISK_SHARE * (free + stored.size_bytes))
        full_at = None
        if budget is not None and per_day > 0:
            days_left = max(0, budget - stored.size_bytes) / per_day
            full_at = now + round(days_left * DAY) if days_left < _FORESEEABLE_DAYS else None
        return StorageReport(stored.images, stored.size_bytes, free, budget, per_day, full_at, oldest)

    async def _by_age(self, camera_id: UUID, before: int) -> int:
        total = 0
        while gone := await self._delete_oldest(camera_id=camera_id, before=before):
            total += gone.rows
        while gone := await self._delete_empty_alerts(camera_id, before):
            total += gone.rows
        return total

    async def _by_bytes(self, camera_id: UUID, most_bytes: int) -> int:
        stored = await self._database.read(lambda connection: usage(connection, (camera_id,)))
        return await self._free(stored.size_bytes - most_bytes, camera_id)

    async def _by_disk(self) -> int:
        free = await asyncio.to_thread(self._store.free_bytes)
        if free is None:
            return 0
        stored = await self._database.read(usage)
        return await self._free(stored.size_bytes - round(DISK_SHARE * (free + stored.size_bytes)), None)

    async def _free(self, excess_bytes: int, camera_id: UUID | None) -> int:
        total = 0
        while excess_bytes > 0:
            gone = await self._delete_oldest(camera_id=camera_id, excess_bytes=excess_bytes)
            if gone is None:
                break
            excess_bytes -= gone.freed_bytes
            total += gone.rows
        return total

    async def _delete_oldest(
        self, *, camera_id: UUID | None = None, before: int | None = None, excess_bytes: int | None = None
    ) -> _Gone | None:
        now = self._clock.now()

        def commit(connection: Connection) -> _Gone | None:
            found = oldest_images(connection, _BATCH, camera_id=camera_id, before=before)
            found = found if excess_bytes is None else list(_up_to(found, excess_bytes))
            if not found:
                return None
            delete_images(connection, found, Deleting(uuid7(now), now, now))
            freed = sum(image.size_bytes for image in found)
            return _Gone(freed, len(found), tuple(image_change(image, "deleted") for image in found))

        return await self._database.write(commit, _told)

    async def _delete_empty_alerts(self, camera_id: UUID, before: int) -> _Gone | None:
        now = self._clock.now()

        def commit(connection: Connection) -> _Gone | None:
            found = empty_alerts(connection, camera_id, before, _BATCH)
            if not found:
                return None
            delete_alerts(connection, found, Deleting(uuid7(now), now, now))
            return _Gone(0, len(found), tuple(alert_change(alert, "deleted") for alert in found))

        return await self._database.write(commit, _told)


def _told(gone: _Gone | None) -> tuple[Change, ...]:
    return () if gone is None else gone.changes


def _rules(connection: Connection) -> tuple[int | None, list[CameraRecord]]:
    site = get_site(connection)
    return None if site is None else site.retention_days, [overview.camera for overview in overviews(connection)]


def _up_to(found: list[ImageRecord], size_bytes: int) -> Iterator[ImageRecord]:
    """The first images that together free at least `size_bytes`."""
    for image in found:
        if size_bytes <= 0:
            return
        size_bytes -= image.size_bytes
        yield image
