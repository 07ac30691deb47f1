"""SQL of the activity summaries."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, func, select

from api.clock import SECOND
from api.db.upsert import insert_for
from api.models.activity import COARSE_SECONDS, FINE_SECONDS, activity, activity_totals, part_of


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
    """Add the things to their buckets, and to those of all cameras: two statements, however many things."""
    by_camera: _Sums = {}
    by_part: _Sums = {}
    for thing in things:
        part = part_of(thing.camera_id)
        for width in (FINE_SECONDS, COARSE_SECONDS):
            start = bucket_start(thing.timestamp, width)
            _add(by_camera, (width, start, thing.camera_id), thing)
            _add(by_part, (width, start, part), thing)
    if not by_camera:
        return
    dialect = connection.dialect.name
    connection.execute(_upsert(dialect, activity), _rows(activity, by_camera))
    connection.execute(_upsert(dialect, activity_totals), _rows(activity_totals, by_part))


_COUNTS = ("images", "alerts", "size_bytes")
_Sums = dict[tuple[int, int, Any], list[int]]
"""By bucket (width, start, camera or part): images, alerts, bytes."""


def _add(sums: _Sums, key: tuple[int, int, Any], thing: Counted) -> None:
    numbers = sums.setdefault(key, [0, 0, 0])
    numbers[0] += thing.images
    numbers[1] += thing.alerts
    numbers[2] += thing.size_bytes


def _rows(table: Table, sums: _Sums) -> list[dict[str, Any]]:
    """Sorted: two replicas that count the same buckets take the row locks in the same order."""
    names = [*(column.name for column in table.primary_key), *_COUNTS]
    return [dict(zip(names, (*key, *sums[key]), strict=True)) for key in sorted(sums)]


@cache
def _upsert(dialect: str, table: Table) -> Any:
    statement = insert_for(dialect, table)
    return statement.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key],
        set_={name: table.c[name] + statement.excluded[name] for name in _COUNTS},
    )


def bucket_start(timestamp: int, width_seconds: int) -> int:
    """The start of the bucket that an instant falls in."""
    return timestamp - timestamp % (width_seconds * SECOND)


def buckets(
    connection: Connection, width_seconds: int, since: int, until: int, camera_ids: tuple[UUID, ...] = ()
) -> list[Bucket]:
    """The buckets that are not empty, oldest first, summed over the cameras (all when none is named)."""
    table = activity if camera_ids else activity_totals
    query = (
        select(table.c.started_at, *(func.sum(table.c[name]) for name in _COUNTS))
        .where(
            table.c.width_seconds == width_seconds,
            table.c.started_at >= since,
            table.c.started_at < until,
        )
        .group_by(table.c.started_at)
        .order_by(table.c.started_at)
    )
    if camera_ids:
        query = query.where(activity.c.camera_id.in_(camera_ids))
    found = (Bucket(row[0], int(row[1]), int(row[2]), int(row[3])) for row in connection.execute(query))
    return [bucket for bucket in found if bucket.images or bucket.alerts]
