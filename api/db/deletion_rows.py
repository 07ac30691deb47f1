"""SQL of deletions: rows leave their tables and wait here until they are brought back or purged.

A list never has to ask whether something is deleted: what is deleted is not in its table any more.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from api.db.activity_rows import Counted, count
from api.db.alert_rows import review_row
from api.db.image_rows import label_rows
from api.db.upload_batch import counted
from api.models import AlertRecord, DeletionRecord, ImageRecord, alerts, deletions, image_labels, images, reviews
from api.models.base import values_of
from api.models.rows import row_from_json, row_to_json

IMAGE, ALERT = "image", "alert"
_REVIEWS = "reviews"
_FIELDS = [column.name for column in deletions.columns]


@dataclass(frozen=True, slots=True)
class Deleting:
    """How rows are deleted: when, for how long they can be brought back, and as part of which batch."""

    batch_id: UUID
    at: int
    purge_at: int


def is_deleted(connection: Connection, identity: UUID) -> bool:
    return connection.execute(select(deletions.c.id).where(deletions.c.id == identity)).first() is not None


def delete_images(connection: Connection, found: Sequence[ImageRecord], how: Deleting) -> None:
    """Move images out of the gallery, and take them off their alerts and the counts."""
    if not found:
        return
    ids = [image.id for image in found]
    connection.execute(insert(deletions), [_deletion(IMAGE, image, row_to_json(images, image), how) for image in found])
    connection.execute(delete(image_labels).where(image_labels.c.image_id.in_(ids)))
    connection.execute(delete(images).where(images.c.id.in_(ids)))
    count(connection, [counted(image).gone() for image in found])
    _leave_alerts(connection, found)


def delete_alerts(connection: Connection, found: Sequence[AlertRecord], how: Deleting) -> None:
    """Move alerts, without their images, out of the list."""
    if not found:
        return
    ids = [alert.id for alert in found]
    seen: dict[UUID, list[list[object]]] = defaultdict(list)
    for row in connection.execute(select(reviews).where(reviews.c.alert_id.in_(ids))):
        seen[row.alert_id].append([str(row.user_id), row.reviewed_at])
    rows = [{**row_to_json(alerts, alert), _REVIEWS: seen.get(alert.id, [])} for alert in found]
    connection.execute(insert(deletions), [_deletion(ALERT, *pair, how) for pair in zip(found, rows, strict=True)])
    connection.execute(delete(reviews).where(reviews.c.alert_id.in_(ids)))
    connection.execute(delete(alerts).where(alerts.c.id.in_(ids)))
    count(connection, [Counted(alert.camera_id, alert.timestamp, alerts=-1) for alert in found])


def batch_of(connection: Connection, batch_id: UUID) -> list[DeletionRecord]:
    """What was deleted together and can still be brought back."""
    query = select(deletions).where(deletions.c.batch_id == batch_id, deletions.c.purge_at.is_not(None))
    return [DeletionRecord(*row) for row in connection.execute(query.order_by(deletions.c.id).with_for_update())]


def bring_back(connection: Connection, batch: Sequence[DeletionRecord]) -> tuple[list[AlertRecord], list[ImageRecord]]:
    """Put the rows where they were, as they were; pictures that came in between stay in their alerts."""
    kept = [(record.kind, record.row) for record in batch if record.row is not None]
    alert_rows = [row for kind, row in kept if kind == ALERT]
    image_rows = [row_from_json(images, row) for kind, row in kept if kind == IMAGE]
    connection.execute(delete(deletions).where(deletions.c.id.in_([record.id for record in batch])))
    restored_alerts = [AlertRecord(**row_from_json(alerts, row)) for row in alert_rows]
    restored_images = [ImageRecord(**row) for row in image_rows]
    if restored_alerts:
        # Counted anew below, as their pictures come back one by one.
        connection.execute(
            insert(alerts), [{**values_of(alerts, alert), "image_count": 0} for alert in restored_alerts]
        )
        count(connection, [Counted(alert.camera_id, alert.timestamp, alerts=1) for alert in restored_alerts])
        marks = [
            review_row(alert, UUID(user), at)
            for alert, row in zip(restored_alerts, alert_rows, strict=True)
            for user, at in row[_REVIEWS]
        ]
        if marks:
            connection.execute(insert(reviews), marks)
    if restored_images:
        connection.execute(insert(images), image_rows)
        labels = [row for image in restored_images for row in label_rows(image, image.labels or ())]
        if labels:
            connection.execute(insert(image_labels), labels)
        count(connection, map(counted, restored_images))
    touched = {image.alert_id for image in restored_images if image.alert_id} | {alert.id for alert in restored_alerts}
    return recount(connection, touched), restored_images


def due_for_purge(connection: Connection, now: int, limit: int) -> list[DeletionRecord]:
    query = select(deletions).where(deletions.c.purge_at <= now).order_by(deletions.c.purge_at).limit(limit)
    return [DeletionRecord(*row) for row in connection.execute(query)]


def mark_purged(connection: Connection, ids: Sequence[UUID]) -> None:
    """The files are gone: only the tombstones stay."""
    connection.execute(update(deletions).where(deletions.c.id.in_(ids)).values(purge_at=None, row=None))


def forget_tombstones(connection: Connection, before: int) -> None:
    connection.execute(delete(deletions).where(deletions.c.purge_at.is_(None), deletions.c.deleted_at < before))


def recount(connection: Connection, alert_ids: set[UUID]) -> list[AlertRecord]:
    """Set the picture count of alerts, and their key picture where it has gone, from the pictures they have now."""
    if not alert_ids:
        return []
    ids = sorted(alert_ids)
    counts = select(images.c.alert_id, func.count()).where(images.c.alert_id.in_(ids)).group_by(images.c.alert_id)
    numbers = {row[0]: row[1] for row in connection.execute(counts)}
    found = connection.execute(select(alerts).where(alerts.c.id.in_(ids)).order_by(alerts.c.id).with_for_update())
    changed = [_recounted(connection, AlertRecord(*row), numbers) for row in found]
    if changed:
        statement = update(alerts).where(alerts.c.id == bindparam("alert"))
        names = {"image_count": "count", "key_image_id": "key", "key_image_score": "key_score"}
        connection.execute(
            statement.values({column: bindparam(name) for column, name in names.items()}),
            [
                {"alert": alert.id, **{name: getattr(alert, column) for column, name in names.items()}}
                for alert in changed
            ],
        )
    return changed


def _recounted(connection: Connection, alert: AlertRecord, numbers: dict[UUID, int]) -> AlertRecord:
    alert = replace(alert, image_count=numbers.get(alert.id, 0))
    mine = images.c.alert_id == alert.id
    if alert.key_image_id is not None:
        there = select(images.c.id).where(mine, images.c.id == alert.key_image_id)
        if connection.execute(there).first() is not None:
            return alert
    best = select(images.c.id, func.coalesce(images.c.score, 0.0)).where(mine)
    row = connection.execute(best.order_by(images.c.score.desc().nulls_last(), images.c.timestamp).limit(1)).first()
    key_image_id, key_image_score = (None, None) if row is None else row
    return replace(alert, key_image_id=key_image_id, key_image_score=key_image_score)


def _leave_alerts(connection: Connection, gone: Sequence[ImageRecord]) -> None:
    recount(connection, {image.alert_id for image in gone if image.alert_id is not None})


def _deletion(kind: str, record: ImageRecord | AlertRecord, row: dict[str, object], how: Deleting) -> dict[str, object]:
    values = (record.id, kind, record.camera_id, how.at, how.purge_at, how.batch_id, row)
    return dict(zip(_FIELDS, values, strict=True))
