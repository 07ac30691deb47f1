"""A copy of the SQLite file before a migration changes it, in `backups/` beside it. The last three are kept."""

import logging
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

_LOG = logging.getLogger(__name__)
_KEPT = 3
_NAME = "before-upgrade-"


def keep_copy(database: Path, revision: str) -> Path:
    """Copy a database, consistent also while it is used. Raises OSError or sqlite3.Error; then nothing is left behind.

    By SQLite's own backup, in one step: a reader's snapshot, so writers go on.
    """
    folder = database.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / f"{_NAME}{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-from-{revision}.sqlite3"
    part = copy.with_suffix(".part")
    try:
        with closing(sqlite3.connect(database, timeout=10)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
            # One file, to be copied and moved as one.
            target.execute("PRAGMA journal_mode = DELETE")
        _sync(part)
        part.replace(copy)
        _sync(folder)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _LOG.info("database_copied file=%s", copy)
    for old in sorted(folder.glob(f"{_NAME}*.sqlite3"))[:-_KEPT]:
        old.unlink(missing_ok=True)
    return copy


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
