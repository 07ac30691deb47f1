"""SQL of retention: what is oldest and may go, how much is there, and what a rule would take."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, exists, func, select

from api.models import AlertRecord, ImageRecord, activity, activity_totals, alerts, images
from api.models.activity import COARSE_SECONDS


@dataclass(frozen=True, slots=True)
class Usage:
    """What is stored: of one camera, or of all."""

    images: int
    size_bytes: int


def oldest_images(
    connection: Connection, limit: int, *, camera_id: UUID | None = None, before: int | None = None
) -> list[ImageRecord]:
    """The oldest images that may go: neither starred nor of a starred alert."""
    query = select(images).where(_may_go()).order_by(images.c.timestamp, images.c.id).limit(limit)
    if camera_id is not None:
        query = query.where(images.c.camera_id == camera_id)
    if before is not None:
        query = query.where(images.c.timestamp < before)
    return [ImageRecord(*row) for row in connection.execute(query)]


def empty_alerts(connection: Connection, camera_id: UUID, before: int, limit: int) -> list[AlertRecord]:
    """The oldest alerts that have no picture (any more) and no star."""
    query = (
        select(alerts)
        .where(
            alerts.c.camera_id == camera_id,
            alerts.c.timestamp < before,
            alerts.c.image_count == 0,
            alerts.c.starred.is_(False),
        )
        .order_by(alerts.c.timestamp, alerts.c.id)
        .limit(limit)
    )
    return [AlertRecord(*row) for row in connection.execute(query)]


def usage(
    connection: Connection, camera_ids: tuple[UUID, ...] = (), *, since: int | None = None, until: int | None = None
) -> Usage:
    """What is stored, from the hourly summaries: pictures captured from `since` on and before `until`, of these
    cameras (none named: all)."""
    table = activity if camera_ids else activity_totals
    query = select(func.coalesce(func.sum(table.c.images), 0), func.coalesce(func.sum(table.c.size_bytes), 0))
    query = query.where(table.c.width_seconds == COARSE_SECONDS)
    if camera_ids:
        query = query.where(activity.c.camera_id.in_(camera_ids))
    if since is not None:
        query = query.where(table.c.started_at >= since)
    if until is not None:
        query = query.where(table.c.started_at < until)
    row = connection.execute(query).one()
    return Usage(int(row[0]), int(row[1]))


def starred_usage(connection: Connection, before: int, camera_ids: tuple[UUID, ...] = ()) -> Usage:
    """What is older than `before` and kept because it, or its alert, is starred."""
    query = select(func.count(), func.coalesce(func.sum(images.c.size_bytes), 0)).where(
        images.c.timestamp < before, ~_may_go()
    )
    if camera_ids:
        query = query.where(images.c.camera_id.in_(camera_ids))
    row = connection.execute(query).one()
    return Usage(int(row[0]), int(row[1]))


def oldest_timestamp(connection: Connection, camera_ids: tuple[UUID, ...] = ()) -> int | None:
    query = select(images.c.timestamp).order_by(images.c.timestamp, images.c.id).limit(1)
    if not camera_ids:
        return connection.execute(query).scalar()
    # One look into each camera's index: a sort of all that they ever sent would be dear.
    found = (connection.execute(query.where(images.c.camera_id == camera)).scalar() for camera in camera_ids)
    return min((oldest for oldest in found if oldest is not None), default=None)


def _may_go() -> ColumnElement[bool]:
    of_starred_alert = exists().where(alerts.c.id == images.c.alert_id, alerts.c.starred.is_(True))
    return images.c.starred.is_(False) & ~of_starred_alert
