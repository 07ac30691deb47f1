"""`restore`: a backup into an empty server, whatever database and store either has.

Order is that of ingest: pictures first, each held against the digest in its row, then all rows in one transaction. A
run that was ended in the middle can be run again. A picture that the backup does not have whole is marked damaged.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import Engine

from api.db import known_revisions, revision_of, upgrade_schema
from api.db.dump import clear_site, dumped_tables, is_empty, load_table, without_time_limit
from api.models import ImageState, images
from api.services.backup import FORMAT, MANIFEST, MEDIA, Blob, blobs_of, is_whole
from api.storage import BlobExists, BlobStore

_PARALLEL = 8
_TELL_EVERY = 1_000


class UnusableBackup(Exception):
    """This cannot be restored here; the text says why and what to do."""


class _Table(BaseModel):
    rows: int
    sha256: str


class _Manifest(BaseModel):
    format: int
    made_at: str
    revision: str
    tables_folder: Annotated[str, Field(pattern=r"tables-[0-9TZ]+")]
    tables: dict[str, _Table]


@dataclass(slots=True)
class Result:
    """What a run did. `damaged`: ids of the images that the backup does not have whole, as text."""

    made_at: str
    rows: int = 0
    pictures: int = 0
    damaged: set[str] = field(default_factory=set)


def restore(writer: Engine, store: BlobStore, place: Path, tell: Callable[[str], None]) -> Result:
    """Restore the backup in `place`. Raises `UnusableBackup`, OSError, SQLAlchemyError, `StoreFull`,
    `StoreUnavailable`; after any of them nothing but pictures has been written."""
    manifest = _read_manifest(place)
    tables = place / manifest.tables_folder
    tell("is the backup whole")
    _check_tables(tables, manifest)
    _prepare_schema(writer, manifest)
    result = Result(manifest.made_at)
    _restore_pictures(store, place / MEDIA, tables, result, tell)
    tell("database")
    with writer.begin() as connection:
        without_time_limit(connection)
        if not is_empty(connection):
            raise UnusableBackup("somebody has begun to use this server meanwhile: nothing was restored")
        clear_site(connection)
        for table in dumped_tables():
            if table.name not in manifest.tables:
                continue
            change = partial(_marked, damaged=result.damaged) if table is images else None
            loaded = load_table(connection, table, tables / f"{table.name}.jsonl", change)
            if loaded != manifest.tables[table.name].rows:
                raise UnusableBackup(f"the table {table.name} of this backup is not whole")
            result.rows += loaded
    upgrade_schema(writer)
    return result


def _read_manifest(place: Path) -> _Manifest:
    try:
        manifest = _Manifest.model_validate(json.loads((place / MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise UnusableBackup(f"{place} holds no finished backup: {MANIFEST} is missing") from error
    except (ValueError, ValidationError) as error:
        raise UnusableBackup(f"{place / MANIFEST} is not readable: take another backup") from error
    if manifest.format != FORMAT:
        raise UnusableBackup("this backup was made by a newer version: install that version, then restore")
    return manifest


def _check_tables(tables: Path, manifest: _Manifest) -> None:
    for name, expected in manifest.tables.items():
        path = tables / f"{name}.jsonl"
        if not path.is_file():
            raise UnusableBackup(f"{path} is missing: take another backup")
        with path.open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != expected.sha256:
                raise UnusableBackup(f"{path} has changed since the backup was made: take another backup")


def _prepare_schema(writer: Engine, manifest: _Manifest) -> None:
    """An empty schema as the backup's server had it; rows are brought up to date after they are in."""
    if manifest.revision not in known_revisions():
        raise UnusableBackup("this backup was made by a newer version: install that version, then restore")
    with writer.connect() as connection:
        if not is_empty(connection):
            raise UnusableBackup("this server is in use: restore into an empty database and an empty media folder")
        present = revision_of(connection)
    if present not in {None, manifest.revision}:
        raise UnusableBackup(
            "this database has another version's tables: restore into a new, empty one (PICAM_DATABASE_URL)"
        )
    upgrade_schema(writer, manifest.revision)


def _restore_pictures(store: BlobStore, media: Path, tables: Path, result: Result, tell: Callable[[str], None]) -> None:
    with ThreadPoolExecutor(_PARALLEL) as threads:
        for batch in _batches(blobs_of(tables)):
            for blob, whole in threads.map(partial(_restore_one, store, media), batch):
                if blob.sha256 is not None:
                    result.pictures += whole
                    if not whole:
                        result.damaged.add(str(blob.image_id))
            tell(f"{result.pictures} pictures")


def _restore_one(store: BlobStore, media: Path, blob: Blob) -> tuple[Blob, bool]:
    try:
        data = (media / blob.key).read_bytes()
    except FileNotFoundError:
        return blob, False
    try:
        store.put(blob.key, data)
    except BlobExists:
        # An earlier run was ended after this one, or in the middle of it.
        if store.read(blob.key) != data:
            store.delete(blob.key)
            store.put(blob.key, data)
    return blob, is_whole(data, blob)


def _marked(row: dict[str, Any], damaged: set[str]) -> dict[str, Any]:
    return {**row, "state": ImageState.DAMAGED.value} if row["id"] in damaged else row


def _batches(blobs: Iterator[Blob]) -> Iterator[list[Blob]]:
    while batch := list(islice(blobs, _TELL_EVERY)):
        yield batch
