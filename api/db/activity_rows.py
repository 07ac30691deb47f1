"""SQL of the activity summaries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from api.clock import SECOND
from api.db.upsert import insert_for
from api.models.activity import COARSE_SECONDS, FINE_SECONDS, activity


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing that came (`sign` 1) or went (-1): an image with its size, or an alert."""

    camera_id: UUID
    timestamp: int
    images: int = 0
    alerts: int = 0
    size_bytes: int = 0

    def gone(self) -> "Counted":
        return Counted(self.camera_id, self.timestamp, -self.images, -self.alerts, -self.size_bytes)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Counts of one bucket over the asked cameras; `started_at` in microseconds."""

    started_at: int
    images: int
    alerts: int
    size_bytes: int


def count(connection: Connection, things: Iterable[Counted]) -> None:
    """Add the things to their buckets: one statement, however many things."""
    images: Counter[tuple[int, int, UUID]] = Counter()
    alerts: Counter[tuple[int, int, UUID]] = Counter()
    sizes: Counter[tuple[int, int, UUID]] = Counter()
    for thing in things:
        for width in (FINE_SECONDS, COARSE_SECONDS):
            key = (width, bucket_start(thing.timestamp, width), thing.camera_id)
            images[key] += thing.images
            alerts[key] += thing.alerts
            sizes[key] += thing.size_bytes
    if not images:
        return
    # Sorted: two replicas that count the same buckets take the row locks in the same order.
    rows = [
        {
            "width_seconds": key[0],
            "started_at": key[1],
            "camera_id": key[2],
            "images": images[key],
            "alerts": alerts[key],
            "size_bytes": sizes[key],
        }
        for key in sorted(images)
    ]
    connection.execute(_upsert(connection.dialect.name), rows)


@cache
def _upsert(dialect: str) -> Any:
    statement = insert_for(dialect, activity)
    return statement.on_conflict_do_update(
        index_elements=["width_seconds", "started_at", "camera_id"],
        set_={name: activity.c[name] + statement.excluded[name] for name in ("images", "alerts", "size_bytes")},
    )


def bucket_start(timestamp: int, width_seconds: int) -> int:
    """The start of the bucket that an instant falls in."""
    return timestamp - timestamp % (width_seconds * SECOND)


def buckets(
    connection: Connection, width_seconds: int, since: int, until: int, camera_ids: tuple[UUID, ...] = ()
) -> list[Bucket]:
    """The buckets that are not empty, oldest first, summed over the cameras (all when none is named)."""
    query = (
        select(
            activity.c.started_at,
            func.sum(activity.c.images),
            func.sum(activity.c.alerts),
            func.sum(activity.c.size_bytes),
        )
        .where(
            activity.c.width_seconds == width_seconds,
            activity.c.started_at >= since,
            activity.c.started_at < until,
        )
        .group_by(activity.c.started_at)
        .order_by(activity.c.started_at)
    )
    if camera_ids:
        query = query.where(activity.c.camera_id.in_(camera_ids))
    found = (Bucket(row[0], int(row[1]), int(row[2]), int(row[3])) for row in connection.execute(query))
    return [bucket for bucket in found if bucket.images or bucket.alerts]
