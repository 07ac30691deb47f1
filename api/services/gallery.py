"""Images for people: lists, single ones, their files and thumbnails, stars and labels."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection

from api.broadcast import Change
from api.db import Database
from api.db.image_rows import BareRow, ImageFilter, get_image, list_images, replace_labels, star_image, update_image
from api.db.keyset import CursorSeal, Position
from api.errors import DomainError, NotFound, StorageFull, Unavailable
from api.models import ImageRecord, ImageState, Role
from api.schemas.image import Image, ImagePatch, image_view_of_row
from api.services.changes import image_change
from api.services.ingest import Ingest, blob_key
from api.services.page import Page, cut
from api.services.principal import CameraPrincipal, PersonPrincipal, Principal, require_role, require_writer
from api.services.thumbnails import Decoded, decode
from api.storage import BlobExists, BlobMissing, BlobStore, LocalFile, Location, StoreFull, StoreUnavailable

T = TypeVar("T")
R = TypeVar("R")
_END_OF_JPEG = b"\xff\xd9"


class Gallery:
    """Use cases of stored images."""

    def __init__(
        self,
        database: Database,
        store: BlobStore,
        seal: CursorSeal,
        *,
        file_jobs: ThreadPoolExecutor,
        decode_jobs: ThreadPoolExecutor,
    ) -> None:
        self._database = database
        self._store = store
        self._seal = seal
        self._file_jobs = file_jobs
        self._decode_jobs = decode_jobs

    async def list(self, wanted: ImageFilter, person: PersonPrincipal, cursor: str | None, limit: int) -> Page[Image]:
        """One page, newest first, as it is sent. Raises `Invalid` (`bad_cursor`)."""
        after = None if cursor is None else self._seal.read(cursor)
        wanted = replace(wanted, camera_ids=person.narrow(wanted.camera_ids))

        def ask(connection: Connection) -> Page[Image]:
            page = cut(list_images(connection, wanted, after, limit), limit, self._seal, _position)
            return Page([image_view_of_row(row) for row in page.items], page.next_cursor)

        return await self._database.read(ask)

    async def get(self, image_id: UUID, person: PersonPrincipal) -> ImageRecord:
        """Raises `NotFound`."""
        return await self._database.read(lambda connection: _require(connection, image_id, person))

    async def file(self, record: ImageRecord) -> Location:
        """Where the picture is sent from. Raises `NotFound` when its file is gone."""
        return await self._locate(blob_key(record))

    async def thumbnail(self, record: ImageRecord) -> Location:
        """Where the thumbnail is sent from; made now if no worker has come to it, or if its file is gone."""
        if record.thumbnail_stored:
            try:
                location = await self._locate(blob_key(record, thumbnail=True))
                if await self._in_file_jobs(_is_whole, location):
                    return location
                await self._in_file_jobs(self._store.delete, blob_key(record, thumbnail=True))
            except NotFound:
                pass
        await self.decode(record)
        return await self._locate(blob_key(record, thumbnail=True))

    async def small_picture(self, record: ImageRecord) -> bytes | None:
        """The thumbnail's bytes, for a message; None when there is none to be had now."""
        try:
            await self.thumbnail(record)
            return await self._in_file_jobs(self._store.read, blob_key(record, thumbnail=True))
        except (DomainError, BlobMissing, StoreUnavailable):
            return None

    async def decode(self, record: ImageRecord) -> ImageRecord:
        """Decode the picture, store what that shows, keep a thumbnail that is there. Raises `NotFound`, `Unavailable`."""
        decoded = await asyncio.get_running_loop().run_in_executor(self._decode_jobs, self._decode_and_store, record)
        state = ImageState.DAMAGED if decoded.damaged else ImageState.GOOD

        def commit(connection: Connection) -> ImageRecord | None:
            stored = get_image(connection, record.id)
            if stored is None:
                return None
            values = {"state": state.value, "thumbnail_stored": True, "average_color": decoded.average_color}
            update_image(connection, record.id, **values)
            return replace(stored, state=state.value, thumbnail_stored=True, average_color=decoded.average_color)

        def announce(updated: ImageRecord | None) -> list[Change]:
            return [] if updated is None else [image_change(updated, "updated")]

        return await self._database.write(commit, announce) or record

    async def put_thumbnail(self, image_id: UUID, data: bytes, ingest: Ingest, principal: Principal) -> None:
        """Store the camera's own thumbnail. A second one is the same picture again and changes nothing."""
        person = None if isinstance(principal, CameraPrincipal) else principal
        record = await self._database.read(lambda connection: _require(connection, image_id, person))
        require_writer(principal, record.camera_id)
        ingest.check_thumbnail(data)
        await asyncio.get_running_loop().run_in_executor(self._file_jobs, self._store_thumbnail, record, data)
        await self._database.write(lambda connection: update_image(connection, image_id, thumbnail_stored=True))

    async def change(self, image_id: UUID, patch: ImagePatch, person: PersonPrincipal) -> ImageRecord:
        """Star or label a picture. Raises `NotFound`, `Forbidden`."""
        require_role(person, Role.ADMIN, Role.MEMBER)

        def commit(connection: Connection) -> ImageRecord:
            record = _require(connection, image_id, person)
            if patch.starred is not None:
                star_image(connection, image_id, starred=patch.starred)
                record = replace(record, starred=patch.starred)
            if patch.labels is not None:
                replace_labels(connection, record, list(dict.fromkeys(patch.labels)))
            return _require(connection, image_id)

        return await self._database.write(commit, lambda record: [image_change(record, "updated")])

    def _decode_and_store(self, record: ImageRecord) -> Decoded:
        try:
            decoded = decode(self._store.read(blob_key(record)))
        except BlobMissing as error:
            raise _gone() from error
        except StoreUnavailable as error:
            raise _away() from error
        self._store_thumbnail(record, decoded.thumbnail)
        return decoded

    def _store_thumbnail(self, record: ImageRecord, data: bytes) -> None:
        try:
            self._store.put(blob_key(record, thumbnail=True), data, durable=False)
        except BlobExists:
            return
        except StoreFull as error:
            raise StorageFull("The server's disk is full.") from error
        except StoreUnavailable as error:
            raise _away() from error

    async def _in_file_jobs(self, function: Callable[[T], R], argument: T) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._file_jobs, function, argument)

    async def _locate(self, key: str) -> Location:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._file_jobs, self._store.locate, key)
        except BlobMissing as error:
            raise _gone() from error
        except StoreUnavailable as error:
            raise _away() from error


def _position(row: BareRow) -> Position:
    identity, timestamp = row[:2]
    return Position(timestamp, UUID(bytes=identity) if isinstance(identity, bytes) else identity)


def _is_whole(location: Location) -> bool:
    """Thumbnails are not synced to the disk: after a power loss one may be empty or cut off, and is made again."""
    if not isinstance(location, LocalFile):
        return True
    try:
        with location.path.open("rb") as file:
            file.seek(-len(_END_OF_JPEG), os.SEEK_END)
            return file.read() == _END_OF_JPEG
    except OSError:
        return False


def _require(connection: Connection, image_id: UUID, person: PersonPrincipal | None = None) -> ImageRecord:
    """The image; one of a camera that the person may not see is not there."""
    record = get_image(connection, image_id)
    if record is None or (person is not None and not person.sees(record.camera_id)):
        raise NotFound("not_found", "There is no image with this id: it may have been deleted.")
    return record


def _gone() -> NotFound:
    return NotFound("file_missing", "The file of this image is missing: run `python -m api check` on the server.")


def _away() -> Unavailable:
    return Unavailable("The picture's store does not answer: try again in a few seconds.")
