"""`check`: holds the database against the files, both ways, and the counts against what is counted. Heals when told.

Works beside a running server: rows and files are read as two sorted streams and merged, so memory does not grow with
their number, and whatever looks wrong is looked at again before it is reported, for it may just have come or gone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Engine

from api.clock import SECOND, Clock, from_datetime
from api.db.inventory import (
    Kept,
    camera_ids,
    forget_thumbnails,
    kept_in_key_order,
    known_filenames,
    mark_damaged,
    recount,
    recount_totals,
    snapshot,
    still_kept,
    wrong_counts,
    wrong_totals,
)
from api.models import ImageState
from api.services.ingest import key_of
from api.services.lost_and_found import hour_of, image_id_of, move_to_lost_and_found
from api.storage import BlobMissing, BlobStore

T = TypeVar("T")
_BATCH = 500
_TELL_EVERY = 10_000
_ORPHAN_AGE = 3600 * SECOND


class Kind(StrEnum):
    """What can be wrong."""

    FILE_MISSING = "file_missing"
    WRONG_SIZE = "wrong_size"
    THUMBNAIL_MISSING = "thumbnail_missing"
    ORPHAN_FILE = "orphan_file"
    WRONG_COUNTS = "wrong_counts"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which, and whether it was set right. `known`: an earlier run has marked it already."""

    kind: Kind
    what: str
    healed: bool = False
    known: bool = False


@dataclass(frozen=True, slots=True)
class _Pair:
    """A row, a file, or both, under one key. `size_bytes` is the file's."""

    key: str
    row: Kept | None
    size_bytes: int | None


class Check:
    """One run. `tell` gets how far it is, for people."""

    def __init__(
        self, reader: Engine, writer: Engine, store: BlobStore, clock: Clock, *, heal: bool, tell: Callable[[str], None]
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._store = store
        self._clock = clock
        self._heal = heal
        self._tell = tell

    def run(self) -> Iterator[Finding]:
        """What is wrong, as it is found. Raises `StoreUnavailable`, SQLAlchemyError."""
        yield from self._files(thumbnails=False)
        yield from self._files(thumbnails=True)
        yield from self._counts()

    def _files(self, *, thumbnails: bool) -> Iterator[Finding]:
        kind = "thumbnails" if thumbnails else "images"
        pairs = self._told(_merge(self._rows(thumbnails), self._store.keys(kind)), kind)
        for batch in _batches((pair for pair in pairs if _suspicious(pair, thumbnails)), _BATCH):
            yield from self._orphans([pair for pair in batch if pair.row is None])
            rows = [(pair, pair.row) for pair in batch if pair.row is not None]
            yield from (self._thumbnails_missing if thumbnails else self._pictures)(rows)

    def _rows(self, thumbnails: bool) -> Iterator[tuple[str, Kept]]:
        with snapshot(self._reader) as connection:
            cameras = camera_ids(connection)
        for camera_id in cameras:
            # One snapshot a camera: none is held for longer than it takes.
            with snapshot(self._reader) as connection:
                for row in kept_in_key_order(connection, camera_id):
                    yield key_of(camera_id, row.received_at, row.filename, thumbnail=thumbnails), row

    def _orphans(self, pairs: Sequence[_Pair]) -> Iterator[Finding]:
        now = self._clock.now()
        old = [pair for pair in pairs if _is_old(pair.key, now)]
        ids = [image_id for pair in old if (image_id := image_id_of(pair.key)) is not None]
        known = self._read(partial(known_filenames, ids=ids)) if ids else set()
        for pair in old:
            if pair.key.rpartition("/")[2] not in known:
                healed = self._heal and move_to_lost_and_found(self._store, pair.key)
                yield Finding(Kind.ORPHAN_FILE, pair.key, healed)

    def _pictures(self, rows: Sequence[tuple[_Pair, Kept]]) -> Iterator[Finding]:
        wrong = self._still_wrong(rows)
        if self._heal and wrong:
            self._write(partial(mark_damaged, ids=[row.id for _, row in wrong]))
        for pair, row in wrong:
            kind = Kind.FILE_MISSING if pair.size_bytes is None else Kind.WRONG_SIZE
            known = row.state == ImageState.DAMAGED.value
            yield Finding(kind, pair.key, healed=self._heal and not known, known=known)

    def _thumbnails_missing(self, rows: Sequence[tuple[_Pair, Kept]]) -> Iterator[Finding]:
        wrong = self._still_wrong(rows)
        if self._heal and wrong:
            self._write(partial(forget_thumbnails, ids=[row.id for _, row in wrong]))
        for pair, _ in wrong:
            yield Finding(Kind.THUMBNAIL_MISSING, pair.key, self._heal)

    def _still_wrong(self, rows: Sequence[tuple[_Pair, Kept]]) -> list[tuple[_Pair, Kept]]:
        """Those whose row is still there and whose file is still not: neither came nor went while we looked."""
        if not rows:
            return []
        kept = self._read(partial(still_kept, ids=[row.id for _, row in rows]))
        return [
            (pair, row)
            for pair, row in rows
            if row.id in kept and (pair.size_bytes is not None or not self._exists(pair.key))
        ]

    def _counts(self) -> Iterator[Finding]:
        with snapshot(self._reader) as connection:
            cameras = camera_ids(connection)
        for camera_id in cameras:
            self._tell(f"counts of camera {camera_id}")
            with snapshot(self._reader) as connection:
                wrong = wrong_counts(connection, camera_id)
            if wrong:
                if self._heal:
                    self._write(partial(recount, camera_id=camera_id))
                yield Finding(Kind.WRONG_COUNTS, f"{len(wrong)} buckets of camera {camera_id}", self._heal)
        with snapshot(self._reader) as connection:
            number = wrong_totals(connection)
        if number:
            if self._heal:
                self._write(recount_totals)
            yield Finding(Kind.WRONG_COUNTS, f"{number} buckets of all cameras together", self._heal)

    def _exists(self, key: str) -> bool:
        try:
            self._store.locate(key)
        except BlobMissing:
            return False
        return True

    def _told(self, pairs: Iterable[_Pair], kind: str) -> Iterator[_Pair]:
        for number, pair in enumerate(pairs, 1):
            if number % _TELL_EVERY == 0:
                self._tell(f"{number} {kind} looked at")
            yield pair

    def _read(self, function: Callable[[Connection], T]) -> T:
        with self._reader.connect() as connection, connection.begin():
            return function(connection)

    def _write(self, function: Callable[[Connection], object]) -> None:
        with self._writer.begin() as connection:
            function(connection)


def _merge(rows: Iterator[tuple[str, Kept]], files: Iterator[tuple[str, int]]) -> Iterator[_Pair]:
    """Two streams in the order of their keys as one."""
    row, file = next(rows, None), next(files, None)
    while row is not None or file is not None:
        if file is None or (row is not None and row[0] < file[0]):
            assert row is not None
            yield _Pair(row[0], row[1], None)
            row = next(rows, None)
        elif row is None or file[0] < row[0]:
            yield _Pair(file[0], None, file[1])
            file = next(files, None)
        else:
            yield _Pair(row[0], row[1], file[1])
            row, file = next(rows, None), next(files, None)


def _suspicious(pair: _Pair, thumbnails: bool) -> bool:
    if pair.row is None:
        return True
    if thumbnails:
        return pair.row.thumbnail_stored and pair.size_bytes is None
    return pair.size_bytes != pair.row.size_bytes


def _is_old(key: str, now: int) -> bool:
    """Whether a file came more than an hour ago, going by the hour that its key names: younger ones may get a row."""
    hour = hour_of(key)
    return hour is None or from_datetime(hour) + 3600 * SECOND + _ORPHAN_AGE <= now


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
