"""Privacy: whether pictures lose their metadata before they are stored, and deleting everything of a time."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from api.broadcast import Change
from api.clock import Clock, to_rfc3339
from api.db import Database
from api.db.audit_rows import append_audit
from api.db.deletion_rows import Deleting, delete_alerts, delete_images
from api.db.person_rows import get_site, update_site
from api.errors import Invalid
from api.ids import uuid7
from api.models import AlertRecord, AuditAction, ImageRecord, Role, alerts, images
from api.schemas.privacy import ErasureView, NewErasure
from api.services.audit import Audit
from api.services.changes import alert_change, image_change
from api.services.deletions import UNDO_FOR
from api.services.principal import PersonPrincipal, require_role

MOST_AT_ONCE = 2_000
_REMEMBERED_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Erased:
    images: list[ImageRecord]
    alerts: list[AlertRecord]
    more: bool


class Privacy:
    """Use cases of privacy."""

    def __init__(self, database: Database, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._strips: tuple[float, bool] | None = None

    async def strips_metadata(self) -> bool:
        """Remembered for some seconds: every upload asks."""
        now = self._clock.monotonic_seconds()
        if self._strips is None or now - self._strips[0] >= _REMEMBERED_SECONDS:
            site = await self._database.read(get_site)
            self._strips = (now, site is not None and site.strip_metadata)
        return self._strips[1]

    async def set_strips_metadata(self, strips: bool, admin: PersonPrincipal) -> None:
        """Raises `Forbidden`."""
        require_role(admin, Role.ADMIN)
        entry = self._audit.entry(admin, AuditAction.SETTINGS_CHANGED, "site", strip_metadata=strips)

        def commit(connection: Connection) -> None:
            update_site(connection, strip_metadata=strips)
            append_audit(connection, entry)

        await self._database.write(commit)
        self._strips = None

    async def erase(self, erasure: NewErasure, admin: PersonPrincipal) -> ErasureView:
        """Delete what the cameras recorded in a time, oldest first, at most `MOST_AT_ONCE` pictures a call; like every
        deletion it can be undone for an hour, then the files go. Raises `Forbidden`, `Invalid`."""
        require_role(admin, Role.ADMIN)
        if erasure.until <= erasure.since:
            raise Invalid("invalid_request", "`to` must lie after `from`.")
        now = self._clock.now()
        how = Deleting(uuid7(now), now, now + UNDO_FOR)
        wanted = admin.narrow(erasure.camera_ids)
        entry = self._audit.entry(
            admin,
            AuditAction.DELETED,
            f"deletion:{how.batch_id}",
            since=to_rfc3339(erasure.since),
            until=to_rfc3339(erasure.until),
            cameras=[str(camera) for camera in wanted],
            include_starred=erasure.include_starred,
        )

        def commit(connection: Connection) -> _Erased:
            found = _in_time(connection, erasure, wanted)
            delete_images(connection, found.images, how)
            delete_alerts(connection, found.alerts, how)
            append_audit(connection, entry)
            return found

        def announce(found: _Erased) -> list[Change]:
            gone = [image_change(image, "deleted") for image in found.images]
            return gone + [alert_change(alert, "deleted") for alert in found.alerts]

        erased = await self._database.write(commit, announce)
        return {
            "id": how.batch_id,
            "images": len(erased.images),
            "alerts": len(erased.alerts),
            "more": erased.more,
            "undo_until": to_rfc3339(how.purge_at),
        }


def _in_time(connection: Connection, erasure: NewErasure, cameras: tuple[UUID, ...]) -> _Erased:
    """Pictures of the time, and, once these are all, its alerts: with their pictures, and those that have none."""
    query = select(images).where(images.c.timestamp >= erasure.since, images.c.timestamp < erasure.until)
    events = select(alerts).where(alerts.c.timestamp >= erasure.since, alerts.c.timestamp < erasure.until)
    if cameras:
        query = query.where(images.c.camera_id.in_(cameras))
        events = events.where(alerts.c.camera_id.in_(cameras))
    if not erasure.include_starred:
        starred = select(alerts.c.id).where(alerts.c.starred.is_(True))
        query = query.where(images.c.starred.is_(False))
        query = query.where(images.c.alert_id.is_(None) | images.c.alert_id.not_in(starred))
        kept = select(images.c.alert_id).where(images.c.starred.is_(True), images.c.alert_id.is_not(None))
        events = events.where(alerts.c.starred.is_(False), alerts.c.id.not_in(kept))
    ordered = query.order_by(images.c.timestamp, images.c.id).limit(MOST_AT_ONCE + 1)
    found = [ImageRecord(*row) for row in connection.execute(ordered)]
    if len(found) > MOST_AT_ONCE:
        return _Erased(found[:MOST_AT_ONCE], [], more=True)
    rows = connection.execute(events.order_by(alerts.c.timestamp, alerts.c.id).limit(MOST_AT_ONCE + 1))
    gone = [AlertRecord(*row) for row in rows]
    return _Erased(found, gone[:MOST_AT_ONCE], more=len(gone) > MOST_AT_ONCE)
