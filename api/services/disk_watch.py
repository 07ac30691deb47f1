"""Tells people, on the timeline, that the server's disk runs low: after retention has made what room it may."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlalchemy import Connection

from api.broadcast import Change
from api.clock import Clock
from api.db import Database
from api.db.alert_rows import update_alert
from api.db.server_rows import begin_fault, running_fault
from api.ids import uuid7
from api.models import AlertRecord, AlertType
from api.services.changes import alert_change
from api.services.reserve import DiskReserve


class DiskWatch:
    """One alert of type `disk`, which lasts as long as the room is low. Run by one replica at a time.

    `make_room` deletes what retention lets go, files too. It comes first: an alert means that a person is needed.
    """

    def __init__(
        self, database: Database, reserve: DiskReserve, clock: Clock, make_room: Callable[[], Awaitable[object]]
    ) -> None:
        self._database = database
        self._reserve = reserve
        self._clock = clock
        self._make_room = make_room

    async def look(self) -> None:
        """Ask the disk; begin the alert, end it, or leave things as they are. Raises `Unavailable`."""
        state = await asyncio.to_thread(self._reserve.state, ask_again=True)
        if state != "ok":
            await self._make_room()
            state = await asyncio.to_thread(self._reserve.state, ask_again=True)
        if state == "ok":
            await self._end()
        else:
            await self._begin()

    async def _begin(self) -> None:
        now = self._clock.now()

        def commit(connection: Connection) -> list[Change]:
            if running_fault(connection, AlertType.DISK) is not None:
                return []
            return [alert_change(begin_fault(connection, AlertType.DISK, uuid7(now), now), "created")]

        await self._database.write(commit, lambda changes: changes)

    async def _end(self) -> None:
        # Nearly always there is none: then nothing is written.
        if await self._database.read(_running) is None:
            return
        now = self._clock.now()

        def commit(connection: Connection) -> list[Change]:
            running = _running(connection)
            if running is None:
                return []
            update_alert(connection, running.id, ended_at=max(now, running.timestamp))
            return [alert_change(replace(running, ended_at=max(now, running.timestamp)), "updated")]

        await self._database.write(commit, lambda changes: changes)


def _running(connection: Connection) -> AlertRecord | None:
    return running_fault(connection, AlertType.DISK)
