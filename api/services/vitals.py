"""What `/metrics` has to ask for: one query over indexes, however large the database is."""

import asyncio

from sqlalchemy import Connection, func, select

from api.clock import Clock
from api.db import Database
from api.metrics import Snapshot
from api.models import SERVER_ID, ImageState, cameras, images
from api.services.cameras import ONLINE_FOR
from api.services.reserve import DiskReserve


class Vitals:
    """The server's state at one moment."""

    def __init__(self, database: Database, reserve: DiskReserve, clock: Clock) -> None:
        self._database = database
        self._reserve = reserve
        self._clock = clock

    async def snapshot(self) -> Snapshot:
        """Raises `Unavailable`."""
        since = self._clock.now() - ONLINE_FOR

        def count(connection: Connection) -> tuple[int, int, int]:
            backlog = select(func.count()).select_from(images).where(images.c.state == ImageState.PENDING.value)
            known = select(func.count()).select_from(cameras).where(cameras.c.id != SERVER_ID)
            online = known.where(cameras.c.last_seen_at >= since)
            row = connection.execute(
                select(backlog.scalar_subquery(), known.scalar_subquery(), online.scalar_subquery())
            ).one()
            return row[0], row[1], row[2]

        backlog, known, online = await self._database.read(count)
        free = await asyncio.to_thread(self._reserve.free_bytes)
        return Snapshot(self._database.writes_waiting, backlog, known, online, free)
