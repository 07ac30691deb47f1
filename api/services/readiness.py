"""Whether the parts the server stands on do their work, each tried for real."""

import asyncio
from dataclasses import dataclass

from sqlalchemy import text

from api.broadcast import EventBus
from api.db import Database
from api.errors import DomainError
from api.services.reserve import DiskReserve
from api.storage import BlobStore, StoreUnavailable

_PATIENCE_SECONDS = 5.0
_OK = "ok"


@dataclass(frozen=True, slots=True)
class Report:
    """Each part's name to "ok" or to a sentence that says what is wrong; `warnings` of what will soon be."""

    checks: dict[str, str]
    warnings: dict[str, str]

    @property
    def ready(self) -> bool:
        return all(state == _OK for state in self.checks.values())


class Readiness:
    """Tries the database with a query and the store with a look; asks the bus, and the disk for its reserve."""

    def __init__(self, database: Database, store: BlobStore, bus: EventBus, reserve: DiskReserve) -> None:
        self._database = database
        self._store = store
        self._bus = bus
        self._reserve = reserve

    async def check(self) -> Report:
        database, storage, (disk, warning) = await asyncio.gather(
            self._check_database(), self._check_storage(), self._check_disk()
        )
        bus = _OK if self._bus.connected else "other replicas are not heard: the connection to PostgreSQL was lost"
        checks = {"database": database, "storage": storage, "bus": bus, "disk": disk}
        return Report(checks, {} if warning is None else {"disk": warning})

    async def _check_database(self) -> str:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._database.read(lambda connection: connection.execute(text("SELECT 1")).scalar_one())
        except (DomainError, TimeoutError):
            return "does not answer"
        return _OK

    async def _check_storage(self) -> str:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await asyncio.to_thread(self._store.probe)
        except StoreUnavailable as error:
            return f"cannot be reached: {error}"
        except TimeoutError:
            return "does not answer"
        return _OK

    async def _check_disk(self) -> tuple[str, str | None]:
        state = await asyncio.to_thread(self._reserve.state)
        if state == "ok":
            return _OK, None
        free = (self._reserve.free_bytes() or 0) >> 20
        reserve = self._reserve.reserve_bytes >> 20
        if state == "full":
            return f"full: {free} MiB are left, the reserve of {reserve} MiB is not touched, uploads are refused", None
        return _OK, f"getting full: {free} MiB are left, uploads stop at {reserve} MiB"
