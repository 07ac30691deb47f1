"""SQL of the gallery: a stretch of images in a few columns, and how many there are in which hour."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Connection, Select, func, literal, select, tuple_

from api.clock import SECOND
from api.db.image_rows import ImageFilter, filtered
from api.db.keyset import Position
from api.models import image_labels, images
from api.models.activity import COARSE_SECONDS, activity
from api.models.base import Id

Tile = tuple[UUID, UUID, int, int | None, int, int, bool]
"""id, camera_id, timestamp, average_color, width, height, starred."""

_TILE = tuple(
    images.c[name] for name in ("id", "camera_id", "timestamp", "average_color", "width", "height", "starred")
)


def tiles(connection: Connection, wanted: ImageFilter, after: Position | None, limit: int) -> list[Tile]:
    """Oldest first, from behind a position on, one more than `limit` where there is more."""
    order = _order(wanted)
    query = _asked(wanted).with_only_columns(*_TILE)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(literal(after.timestamp, BigInteger), literal(after.id, Id)))
    return [tuple(row) for row in connection.execute(query.order_by(*order).limit(limit + 1))]


def image_times(connection: Connection) -> tuple[int, int] | None:
    """The start of the oldest and of the newest hour that has images, in microseconds; None when there are none."""
    found = select(activity.c.started_at).where(activity.c.width_seconds == COARSE_SECONDS, activity.c.images > 0)
    oldest = connection.execute(found.order_by(activity.c.started_at).limit(1)).scalar()
    newest = connection.execute(found.order_by(activity.c.started_at.desc()).limit(1)).scalar()
    return None if oldest is None or newest is None else (oldest, newest)


def counts(
    connection: Connection, wanted: ImageFilter, width_seconds: int, most: int | None
) -> tuple[list[tuple[int, int]], bool]:
    """Start of bucket (microseconds) and number of images, newest first, by counting the newest `most` of them (None: all).

    Also whether there are more than that: then the last bucket is not counted to its end.
    """
    moment, identity = _order(wanted)
    newest = _asked(wanted).with_only_columns(moment.label("moment"))
    newest = newest.order_by(moment.desc(), identity.desc()).limit(None if most is None else most + 1)
    row = newest.subquery()
    bucket = (row.c.moment // (width_seconds * SECOND)).label("bucket")
    found = connection.execute(select(bucket, func.count()).group_by(bucket).order_by(bucket.desc()))
    result = [(number * width_seconds * SECOND, count) for number, count in found]
    return result, most is not None and sum(count for _, count in result) > most


def _asked(wanted: ImageFilter) -> Select[*tuple[Any, ...]]:
    query = filtered(wanted, None)
    return query.where(images.c.camera_id.in_(wanted.camera_ids)) if wanted.camera_ids else query


def _order(wanted: ImageFilter) -> tuple[Any, Any]:
    if wanted.label is None:
        return images.c.timestamp, images.c.id
    return image_labels.c.timestamp, image_labels.c.image_id
