"""Honest time: what a camera stamped before its clock was set gets its true time once the server knows when that boot began.

A stamp holds the boot's id and the seconds since then, which no clock change moves. Times are moved only where the camera
itself did not trust its clock; what it had said stays in `reported_timestamp`.
"""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection, update

from api.broadcast import Change
from api.clock import SECOND
from api.db.activity_rows import Counted, count
from api.db.alert_rows import update_alert
from api.db.health_rows import get_boot, put_boot, unsynchronized_alerts, unsynchronized_images
from api.db.image_rows import update_image
from api.db.upload_batch import counted
from api.models import AlertRecord, BootRecord, ImageRecord, image_labels, reviews
from api.schemas.camera import BootClock
from api.services.changes import alert_change, image_change
from api.services.instants import AHEAD, EARLIEST

_AT_ONCE = 200


def learn_boot(connection: Connection, camera_id: UUID, clock: BootClock, now: int) -> list[Change]:
    """Remember when a boot began, as well as it is known, and correct what was stamped in it without knowing."""
    if not EARLIEST <= clock.started_at <= now + AHEAD:
        return []
    known = get_boot(connection, camera_id, clock.boot_id)
    if known is None or clock.uncertainty_seconds < known.uncertainty_seconds:
        known = BootRecord(camera_id, clock.boot_id, clock.started_at, clock.uncertainty_seconds, now)
        put_boot(connection, known)
    changes: list[Change] = []
    for image in unsynchronized_images(connection, camera_id, clock.boot_id, _AT_ONCE):
        changes.append(_move_image(connection, image, known))
    for alert in unsynchronized_alerts(connection, camera_id, clock.boot_id, _AT_ONCE):
        changes.append(_move_alert(connection, alert, known))
    return changes


def _instant(record: ImageRecord | AlertRecord, boot: BootRecord) -> int:
    """Nothing was captured after it was received."""
    assert record.monotonic_seconds is not None
    return min(boot.started_at + round(record.monotonic_seconds * SECOND), record.received_at)


def _move_image(connection: Connection, image: ImageRecord, boot: BootRecord) -> Change:
    moved = replace(
        image,
        timestamp=_instant(image, boot),
        clock_synchronized=True,
        reported_timestamp=image.timestamp if image.reported_timestamp is None else image.reported_timestamp,
        time_uncertainty_seconds=boot.uncertainty_seconds,
    )
    names = ("timestamp", "clock_synchronized", "reported_timestamp", "time_uncertainty_seconds")
    update_image(connection, image.id, **{name: getattr(moved, name) for name in names})
    connection.execute(
        update(image_labels).where(image_labels.c.image_id == image.id).values(timestamp=moved.timestamp)
    )
    count(connection, [counted(image).gone(), counted(moved)])
    return image_change(moved, "updated")


def _move_alert(connection: Connection, alert: AlertRecord, boot: BootRecord) -> Change:
    """Its end was believed as a length, so it moves along."""
    timestamp = _instant(alert, boot)
    ended_at = None if alert.ended_at is None else max(timestamp, alert.ended_at + timestamp - alert.timestamp)
    moved = replace(
        alert,
        timestamp=timestamp,
        ended_at=ended_at,
        clock_synchronized=True,
        reported_timestamp=alert.timestamp if alert.reported_timestamp is None else alert.reported_timestamp,
        time_uncertainty_seconds=boot.uncertainty_seconds,
    )
    names = ("timestamp", "ended_at", "clock_synchronized", "reported_timestamp", "time_uncertainty_seconds")
    update_alert(connection, alert.id, **{name: getattr(moved, name) for name in names})
    # Lists of what somebody has reviewed walk the reviews, which repeat the alert's time.
    connection.execute(update(reviews).where(reviews.c.alert_id == alert.id).values(timestamp=timestamp))
    before, after = (Counted(record.camera_id, record.timestamp, alerts=1) for record in (alert, moved))
    count(connection, [before.gone(), after])
    return alert_change(moved, "updated")
