"""Commits the rows of uploads, many with few statements: the hot path of the server.

The number of statements depends on what the group holds (pictures, their alerts), never on how many there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, select, text, update

from api.db.activity_rows import Counted, count
from api.db.group import Failure
from api.errors import Conflict, Forbidden, Invalid
from api.models import SERVER_ID, AlertRecord, ImageRecord, alerts, cameras, deletions, images
from api.models.base import values_of


@dataclass(frozen=True, slots=True)
class PendingUpload:
    """A picture whose file is durable and whose row is not there yet.

    `camera_known`: it came with that camera's own token. `seen`: note that the camera was heard of. `other_sha256`: what
    the same picture has with its metadata left in, or cut out: a repeat is one whichever way it was stored.
    """

    image: ImageRecord
    camera_known: bool
    seen: bool
    other_sha256: bytes | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The stored image; `created` is False for a repeat and for one deleted since. `alert` has changed with it."""

    image: ImageRecord
    created: bool
    alert: AlertRecord | None = None


def commit_uploads(connection: Connection, uploads: Sequence[PendingUpload]) -> list[Accepted | Failure]:
    """Insert the rows; each upload gets `Accepted`, or a `Failure` (`Conflict`, `Forbidden`, `Invalid`)."""
    batch = _Batch(connection, uploads)
    results = [batch.judge(upload) for upload in uploads]
    batch.write()
    return results


def counted(image: ImageRecord) -> Counted:
    """What an image adds to the activity."""
    return Counted(image.camera_id, image.timestamp, images=1, size_bytes=image.size_bytes)


def lock_alerts(connection: Connection, alert_ids: set[UUID]) -> None:
    """Let only one replica at a time join pictures to these alerts, also to those that do not exist yet.

    SQLite has one writer, so nothing is needed there.
    """
    if connection.dialect.name != "postgresql" or not alert_ids:
        return
    keys = sorted(int.from_bytes(alert_id.bytes[8:], "big", signed=True) for alert_id in alert_ids)
    connection.execute(
        text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key"), {"keys": keys}
    )


class _Batch:
    """One group's uploads, judged in order against what is stored and what the group itself adds."""

    def __init__(self, connection: Connection, uploads: Sequence[PendingUpload]) -> None:
        self._connection = connection
        ids = [upload.image.id for upload in uploads]
        alert_ids = {upload.image.alert_id for upload in uploads if upload.image.alert_id is not None}
        lock_alerts(connection, alert_ids)
        self._stored = {
            row.id: ImageRecord(*row) for row in connection.execute(select(images).where(images.c.id.in_(ids)))
        }
        self._deleted = set(connection.scalars(select(deletions.c.id).where(deletions.c.id.in_(ids))))
        self._alerts: dict[UUID, AlertRecord] = {}
        if alert_ids:
            found = connection.execute(select(alerts).where(alerts.c.id.in_(sorted(alert_ids))))
            self._alerts = {row.id: AlertRecord(*row) for row in found}
        unsure = {upload.image.camera_id for upload in uploads if not upload.camera_known}
        self._cameras: set[UUID] = set()
        if unsure:
            known = connection.scalars(select(cameras.c.id).where(cameras.c.id.in_(unsure)))
            self._cameras = set(known) - {SERVER_ID}
        self._added: list[ImageRecord] = []
        self._joined: dict[UUID, AlertRecord] = {}
        self._seen: dict[UUID, int] = {}

    def judge(self, upload: PendingUpload) -> Accepted | Failure:
        image = upload.image
        stored = self._stored.get(image.id)
        if stored is not None:
            if stored.camera_id != image.camera_id or stored.sha256 not in {image.sha256, upload.other_sha256}:
                detail = "Another picture has this id already: make a new id for each picture."
                return Failure(Conflict("conflict", detail))
            return Accepted(stored, created=False)
        if image.id in self._deleted:
            return Accepted(image, created=False)
        alert = None if image.alert_id is None else self._alerts.get(image.alert_id)
        if alert is not None and alert.camera_id != image.camera_id:
            return Failure(Forbidden("foreign_alert", "This `alert_id` belongs to another camera's alert."))
        if not upload.camera_known and image.camera_id not in self._cameras:
            detail = "There is no camera with this `camera_id`: GET /cameras lists them."
            return Failure(Invalid("unknown_camera", detail))
        self._stored[image.id] = image
        self._added.append(image)
        if upload.seen:
            self._seen[image.camera_id] = image.received_at
        if alert is not None:
            alert = self._alerts[alert.id] = self._joined[alert.id] = join(alert, image)
        return Accepted(image, created=True, alert=alert)

    def write(self) -> None:
        connection = self._connection
        if self._added:
            connection.execute(insert(images), [values_of(images, image) for image in self._added])
            count(connection, map(counted, self._added))
        if self._joined:
            statement = (
                update(alerts)
                .where(alerts.c.id == bindparam("alert"))
                .values(
                    image_count=bindparam("count"),
                    key_image_id=bindparam("key"),
                    key_image_score=bindparam("key_score"),
                )
            )
            connection.execute(statement, [_joined_values(alert) for alert in self._joined.values()])
        if self._seen:
            statement = update(cameras).where(cameras.c.id == bindparam("camera")).values(last_seen_at=bindparam("at"))
            connection.execute(statement, [{"camera": camera, "at": at} for camera, at in sorted(self._seen.items())])


def join(alert: AlertRecord, image: ImageRecord) -> AlertRecord:
    """The alert with one picture more, which becomes the key picture when it scores higher than the one so far.

    `key_image_score` is null once the camera has chosen the key picture itself: then its choice stays.
    """
    joined = replace(alert, image_count=alert.image_count + 1)
    score = image.score or 0.0
    chosen_by_camera = alert.key_image_id is not None and alert.key_image_score is None
    if alert.key_image_id is None or (not chosen_by_camera and score > (alert.key_image_score or 0.0)):
        return replace(joined, key_image_id=image.id, key_image_score=score)
    return joined


def _joined_values(alert: AlertRecord) -> dict[str, object]:
    return {
        "alert": alert.id,
        "count": alert.image_count,
        "key": alert.key_image_id,
        "key_score": alert.key_image_score,
    }
