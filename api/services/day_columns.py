"""The gallery's buckets: the images of a day (or of one hour of it) in column form, small to send and quick to lay out."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Connection

from api.clock import SECOND, to_rfc3339
from api.db import Database
from api.db.gallery_rows import Tile, tiles
from api.db.image_rows import ImageFilter
from api.db.keyset import CursorSeal, Position
from api.errors import Invalid
from api.schemas.timeline import DayColumns
from api.services.timeline import midnight, site_zone

MOST_IMAGES = 2_000
HOUR = 3600 * SECOND


class DayBuckets:
    """Reads buckets, oldest image first."""

    def __init__(self, database: Database, seal: CursorSeal) -> None:
        self._database = database
        self._seal = seal

    async def get(self, day: date, hour: int | None, wanted: ImageFilter, cursor: str | None) -> DayColumns:
        """At most `MOST_IMAGES` images of a day in the site's time zone, or of its n-th hour. Raises `Invalid`.

        `wanted` says which; its `since` and `until` are set here.
        """
        after = None if cursor is None else self._seal.read(cursor)

        def ask(connection: Connection) -> DayColumns:
            zone = site_zone(connection)
            start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
            since = start if hour is None else start + hour * HOUR
            until = end if hour is None else min(end, since + HOUR)
            if since >= end:
                raise Invalid("invalid_request", "`hour` lies behind the end of this day.")
            rows = tiles(connection, replace(wanted, since=since, until=until), after, MOST_IMAGES)
            return self._columns(day, start, rows)

        return await self._database.read(ask)

    def _columns(self, day: date, start: int, rows: list[Tile]) -> DayColumns:
        next_cursor = None
        if len(rows) > MOST_IMAGES:
            rows = rows[:MOST_IMAGES]
            next_cursor = self._seal.write(Position(rows[-1][2], rows[-1][0]))
        cameras: list[UUID] = sorted({row[1] for row in rows})
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
