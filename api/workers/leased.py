"""Background work that one process does for all: done every so often by whoever holds its lease."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable

from api.clock import SECOND, Clock
from api.db import Database
from api.db.lease_rows import release_lease, take_lease

_LOG = logging.getLogger(__name__)
_LEASE_SECONDS = 120


class LeasedWorker:
    """Runs `work` every `every_seconds`, on one replica at a time. When the holder dies another takes over within two
    minutes. `work` must be harmless when done twice: a lease can end while it runs."""

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[object]],
        database: Database,
        clock: Clock,
        *,
        every_seconds: float,
    ) -> None:
        self.name = name
        self._work = work
        self._database = database
        self._clock = clock
        self._every_seconds = every_seconds
        self._holder = secrets.token_hex(8)
        self._renew_at = 0.0

    async def run(self) -> None:
        try:
            while True:
                # Not at once: a server that has just started has cameras and people to answer first.
                await asyncio.sleep(self._every_seconds)
                if await self._take():
                    await self._with_renewal()
        finally:
            await self._database.write(lambda connection: release_lease(connection, self.name, self._holder))

    async def _with_renewal(self) -> None:
        """Do the work, and keep the lease while it lasts."""
        work = asyncio.ensure_future(self._work())
        try:
            while not (await asyncio.wait({work}, timeout=_LEASE_SECONDS / 3))[0]:
                await self._take()
            await work
        finally:
            work.cancel()

    async def _take(self) -> bool:
        """Take or renew the lease; one that lasts for long enough is not written down again."""
        if self._clock.monotonic_seconds() < self._renew_at:
            return True
        now = self._clock.now()
        taken = await self._database.write(
            lambda connection: take_lease(connection, self.name, self._holder, now, _LEASE_SECONDS * SECOND)
        )
        self._renew_at = self._clock.monotonic_seconds() + _LEASE_SECONDS / 3 if taken else 0.0
        return taken
