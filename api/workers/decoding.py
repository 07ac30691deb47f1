"""Decodes what came in: proves each picture, makes its thumbnail. Works off the rows that are still pending.

It starts where a crash left it, because the work list is the rows themselves. Uploads go first: while they come in,
decoding takes a fifth of the time; once it is calm, all of it.
"""

import asyncio
import logging

from api.clock import Clock
from api.db import Database
from api.db.image_rows import pending_images, update_image
from api.errors import NotFound, StorageFull, Unavailable
from api.models import ImageRecord, ImageState
from api.services.gallery import Gallery

_LOG = logging.getLogger(__name__)
_BATCH = 64
_LOOK_AGAIN_SECONDS = 30.0
_AFTER_FAILURE_SECONDS = 5.0
_REST_PER_WORK = 4.0
_LONGEST_REST_SECONDS = 1.0


class DecodingWorker:
    """One picture at a time, oldest arrival first."""

    name = "decoding"

    def __init__(self, database: Database, gallery: Gallery, clock: Clock) -> None:
        self._database = database
        self._gallery = gallery
        self._clock = clock
        self._work = asyncio.Event()
        self._arrived = 0

    def wake(self) -> None:
        """There is a new picture. Call on the event loop."""
        self._arrived += 1
        self._work.set()

    async def run(self) -> None:
        while True:
            self._work.clear()
            batch = await self._database.read(lambda connection: pending_images(connection, _BATCH))
            for record in batch:
                await self._decode_politely(record)
            if not batch:
                await self._wait()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_AGAIN_SECONDS):
                await self._work.wait()
        except TimeoutError:
            return

    async def _decode_politely(self, record: ImageRecord) -> None:
        """Decode, and rest afterwards when uploads came in meanwhile."""
        arrived, begun = self._arrived, self._clock.monotonic_seconds()
        await self._decode(record)
        if self._arrived != arrived:
            took = self._clock.monotonic_seconds() - begun
            await asyncio.sleep(min(took * _REST_PER_WORK, _LONGEST_REST_SECONDS))

    async def _decode(self, record: ImageRecord) -> None:
        try:
            await self._gallery.decode(record)
        except NotFound:
            _LOG.error("image_file_missing image=%s", record.id)
            damaged = ImageState.DAMAGED.value
            await self._database.write(lambda connection: update_image(connection, record.id, state=damaged))
        except (StorageFull, Unavailable) as error:
            _LOG.warning("decoding_postponed image=%s reason=%s", record.id, error.code)
            await asyncio.sleep(_AFTER_FAILURE_SECONDS)
