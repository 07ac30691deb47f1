"""Whether the parts the server stands on do their work, each tried for real."""

import asyncio
import os

from sqlalchemy import text

from api.db import Database
from api.errors import DomainError
from api.storage import BlobStore

_PATIENCE_SECONDS = 5.0
_LEAST_FREE_BYTES = 64 << 20


class Readiness:
    """Tries the database with a query and the store by its free space."""

    def __init__(self, database: Database, store: BlobStore) -> None:
        self._database = database
        self._store = store

    async def check(self) -> dict[str, str]:
        """Each part's name to "ok" or to a sentence that says what is wrong."""
        database, storage = await asyncio.gather(self._check_database(), self._check_storage())
        return {"database": database, "storage": storage}

    async def _check_database(self) -> str:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._database.read(lambda connection: connection.execute(text("SELECT 1")).scalar_one())
        except (DomainError, TimeoutError):
            return "does not answer"
        return "ok"

    async def _check_storage(self) -> str:
        try:
            free = await asyncio.to_thread(self._store.free_bytes)
        except OSError as error:
            return f"cannot be reached: {os.strerror(error.errno or 0)}"
        if free is not None and free < _LEAST_FREE_BYTES:
            return f"the disk is full: {free >> 20} MiB are left"
        return "ok"
