"""Removes the files of what was deleted for good, and rows that nobody asks for any more. The work list is the `deletions`
that are due."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID

from api.clock import Clock
from api.db import Database
from api.db.deletion_rows import IMAGE, due_for_purge, forget_tombstones, mark_purged
from api.db.job_rows import forget_jobs
from api.models import DeletionRecord, ImageRecord, images
from api.models.rows import row_from_json
from api.services.ingest import blob_key
from api.services.retention import DAY
from api.storage import BlobStore, StoreUnavailable

_LOG = logging.getLogger(__name__)
_BATCH = 200
JOBS_LAST = 30 * DAY
"""What became of messages can be read for as long."""
_JOBS_AT_ONCE = 1000
TOMBSTONES_LAST = 400 * DAY
"""A camera's spool would have to keep a picture for longer than a year to bring a deleted one back."""


class Purging:
    """Deletes files, then notes that they are gone: in this order, so that a crash only means doing it again."""

    def __init__(self, database: Database, store: BlobStore, clock: Clock, file_jobs: ThreadPoolExecutor) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._file_jobs = file_jobs

    async def purge(self) -> int:
        """Purge all that is due; the number of things purged."""
        now = self._clock.now()
        total = 0
        while due := await self._database.read(lambda connection: due_for_purge(connection, now, _BATCH)):
            done = await asyncio.get_running_loop().run_in_executor(self._file_jobs, self._delete_files, due)
            await self._database.write(partial(mark_purged, ids=done))
            total += len(done)
            if len(done) < len(due):
                break
        await self._database.write(lambda connection: forget_tombstones(connection, now - TOMBSTONES_LAST))
        # What the next turn still finds is left to it: no write may keep the pictures waiting.
        await self._database.write(lambda connection: forget_jobs(connection, now - JOBS_LAST, _JOBS_AT_ONCE))
        return total

    def _delete_files(self, due: list[DeletionRecord]) -> list[UUID]:
        done = []
        for record in due:
            try:
                if record.kind == IMAGE and record.row is not None:
                    image = ImageRecord(**row_from_json(images, record.row))
                    self._store.delete(blob_key(image))
                    self._store.delete(blob_key(image, thumbnail=True))
            except StoreUnavailable as error:
                _LOG.warning("purge_postponed id=%s error=%s", record.id, error)
                break
            done.append(record.id)
        return done
