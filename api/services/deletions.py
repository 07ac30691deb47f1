"""Deleting by hand, with undo: what is deleted leaves the screen at once and the disk an hour later."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection, or_, select

from api.broadcast import Change
from api.clock import SECOND, Clock
from api.db import Database
from api.db.audit_rows import append_audit
from api.db.deletion_rows import Deleting, batch_of, bring_back, delete_alerts, delete_images
from api.errors import Conflict, NotFound
from api.ids import uuid7
from api.models import AlertRecord, AuditAction, ImageRecord, Role, alerts, images
from api.services.audit import entry_by
from api.services.changes import alert_change, image_change
from api.services.principal import PersonPrincipal, require_role

UNDO_FOR = 3600 * SECOND
"""How long a deletion can be taken back."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """What was deleted together. `kept_starred` counts what was asked for and kept, because it is starred."""

    batch_id: UUID
    image_ids: tuple[UUID, ...]
    alert_ids: tuple[UUID, ...]
    kept_starred: int
    undo_until: int


@dataclass(frozen=True, slots=True)
class _Done:
    deletion: Deletion
    changes: tuple[Change, ...]


class Deletions:
    """Use cases of deleting by hand."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def delete(self, image_ids: Sequence[UUID], alert_ids: Sequence[UUID], person: PersonPrincipal) -> Deletion:
        """Delete images, and alerts with their images. What is starred is kept, and with it its alert.

        Raises `NotFound` when none of them exists, `Conflict` (`starred`) when all of them are starred, `Forbidden`.
        """
        require_role(person, Role.ADMIN, Role.MEMBER)
        now = self._clock.now()
        how = Deleting(uuid7(now), now, now + UNDO_FOR)
        entry = entry_by(person, now, AuditAction.DELETED, f"deletion:{how.batch_id}")

        def commit(connection: Connection) -> _Done:
            done = _delete(connection, list(image_ids), list(alert_ids), how, person)
            gone = {"images": len(done.deletion.image_ids), "alerts": len(done.deletion.alert_ids)}
            append_audit(connection, replace(entry, details=gone))
            return done

        return (await self._database.write(commit, lambda done: done.changes)).deletion

    async def undo(self, batch_id: UUID, person: PersonPrincipal) -> Deletion:
        """Bring everything of a deletion back. Raises `NotFound` when it is too late."""
        require_role(person, Role.ADMIN, Role.MEMBER)
        now = self._clock.now()
        entry = entry_by(person, now, AuditAction.DELETION_UNDONE, f"deletion:{batch_id}")

        def commit(connection: Connection) -> _Done:
            batch = [record for record in batch_of(connection, batch_id) if (record.purge_at or 0) > now]
            if not batch or not all(person.sees(record.camera_id) for record in batch):
                raise NotFound("not_found", "This deletion cannot be undone any more: an hour has passed.")
            restored_alerts, restored_images = bring_back(connection, batch)
            append_audit(connection, entry)
            back = {record.id for record in batch}
            changes = [alert_change(alert, "created" if alert.id in back else "updated") for alert in restored_alerts]
            changes += [image_change(image, "created") for image in restored_images]
            alert_ids = tuple(alert.id for alert in restored_alerts if alert.id in back)
            image_ids = tuple(image.id for image in restored_images)
            return _Done(Deletion(batch_id, image_ids, alert_ids, 0, now), tuple(changes))

        return (await self._database.write(commit, lambda done: done.changes)).deletion


def _delete(
    connection: Connection, image_ids: list[UUID], alert_ids: list[UUID], how: Deleting, person: PersonPrincipal
) -> _Done:
    asked_alerts = [AlertRecord(*row) for row in connection.execute(select(alerts).where(alerts.c.id.in_(alert_ids)))]
    wanted = or_(images.c.id.in_(image_ids), images.c.alert_id.in_([alert.id for alert in asked_alerts]))
    asked_images = [ImageRecord(*row) for row in connection.execute(select(images).where(wanted))]
    asked_alerts = [alert for alert in asked_alerts if person.sees(alert.camera_id)]
    asked_images = [image for image in asked_images if person.sees(image.camera_id)]
    if not asked_alerts and not asked_images:
        raise NotFound("not_found", "There is nothing with these ids: it may have been deleted already.")
    kept_alerts = {alert.id for alert in asked_alerts if alert.starred}
    kept_alerts |= {image.alert_id for image in asked_images if image.starred and image.alert_id is not None}
    gone_images = [
        image
        for image in asked_images
        if not image.starred and not (image.alert_id in kept_alerts and image.id not in image_ids)
    ]
    gone_alerts = [alert for alert in asked_alerts if alert.id not in kept_alerts]
    kept = len(asked_alerts) - len(gone_alerts) + sum(image.starred for image in asked_images)
    if not gone_alerts and not gone_images:
        raise Conflict("starred", "This is starred, so it is kept: take the star away first.")
    delete_images(connection, gone_images, how)
    delete_alerts(connection, gone_alerts, how)
    changes = [image_change(image, "deleted") for image in gone_images]
    changes += [alert_change(alert, "deleted") for alert in gone_alerts]
    deletion = Deletion(
        how.batch_id,
        tuple(image.id for image in gone_images),
        tuple(alert.id for alert in gone_alerts),
        kept,
        how.purge_at,
    )
    return _Done(deletion, tuple(changes))
