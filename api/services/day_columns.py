"""The gallery's buckets: the images of a day (or of one hour of it) in column form, small to send and quick to lay out."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, Connection, literal, select, tuple_

from api.clock import SECOND, to_rfc3339
from api.db import Database
from api.db.keyset import CursorSeal, Position
from api.errors import Invalid
from api.models import images
from api.models.base import Id
from api.schemas.timeline import DayColumns
from api.services.timeline import midnight, site_zone

MOST_IMAGES = 2_000
_HOUR = 3600 * SECOND
_COLUMNS = ("id", "camera_id", "timestamp", "average_color", "width", "height", "starred")


class DayBuckets:
    """Reads buckets, oldest image first."""

    def __init__(self, database: Database, seal: CursorSeal) -> None:
        self._database = database
        self._seal = seal

    async def get(self, day: date, hour: int | None, camera_ids: tuple[UUID, ...], cursor: str | None) -> DayColumns:
        """At most `MOST_IMAGES` images of a day in the site's time zone, or of its n-th hour. Raises `Invalid`."""
        after = None if cursor is None else self._seal.read(cursor)

        def ask(connection: Connection) -> DayColumns:
            zone = site_zone(connection)
            start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
            since = start if hour is None else start + hour * _HOUR
            until = end if hour is None else min(end, since + _HOUR)
            if since >= end:
                raise Invalid("invalid_request", "`hour` lies behind the end of this day.")
            rows = _rows(connection, since, until, camera_ids, after)
            return self._columns(day, start, rows)

        return await self._database.read(ask)

    def _columns(
        self, day: date, start: int, rows: list[tuple[UUID, UUID, int, int | None, int, int, bool]]
    ) -> DayColumns:
        next_cursor = None
        if len(rows) > MOST_IMAGES:
            rows = rows[:MOST_IMAGES]
            next_cursor = self._seal.write(Position(rows[-1][2], rows[-1][0]))
        cameras = sorted({row[1] for row in rows})
        index = {camera: position for position, camera in enumerate(cameras)}
        return {
            "day": day.isoformat(),
            "started_at": to_rfc3339(start),
            "camera_ids": cameras,
            "id": [row[0] for row in rows],
            "camera": [index[row[1]] for row in rows],
            "offset_milliseconds": [(row[2] - start) // 1000 for row in rows],
            "color": [-1 if row[3] is None else row[3] for row in rows],
            "width": [row[4] for row in rows],
            "height": [row[5] for row in rows],
            "starred": [position for position, row in enumerate(rows) if row[6]],
            "next_cursor": next_cursor,
        }


def _rows(
    connection: Connection, since: int, until: int, camera_ids: tuple[UUID, ...], after: Position | None
) -> list[tuple[UUID, UUID, int, int | None, int, int, bool]]:
    query = select(*(images.c[name] for name in _COLUMNS)).where(
        images.c.timestamp >= since, images.c.timestamp < until
    )
    if camera_ids:
        query = query.where(images.c.camera_id.in_(camera_ids))
    if after is not None:
        key = tuple_(images.c.timestamp, images.c.id)
        query = query.where(key > tuple_(literal(after.timestamp, BigInteger), literal(after.id, Id)))
    found = connection.execute(query.order_by(images.c.timestamp, images.c.id).limit(MOST_IMAGES + 1))
    return [tuple(row) for row in found]
