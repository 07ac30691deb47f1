"""SQLAlchemy engines. SQLite: WAL, FULL, one writing connection and a few reading ones; transactions begun by us.

Why by us: the driver's own way begins a transaction late and deferred, which turns two writers into a
"database is locked" that no waiting can cure. BEGIN IMMEDIATE waits at the start, where waiting helps.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

READERS = 4
_BUSY_MILLISECONDS = 10_000


@dataclass(frozen=True, slots=True)
class Engines:
    """The writing and the reading engine of one database."""

    writer: Engine
    reader: Engine

    def dispose(self) -> None:
        self.writer.dispose()
        self.reader.dispose()


def open_engines(url: str) -> Engines:
    """Engines for a SQLAlchemy database address.

    Raises ValueError when the address names a database that is not supported.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ValueError("PICAM_DATABASE_URL is no address of a database, like sqlite:////srv/picam.sqlite3") from error
    if parsed.get_backend_name() != "sqlite":
        raise ValueError(
            f"PICAM_DATABASE_URL names {parsed.get_backend_name()!r}: this version keeps its rows in SQLite"
        )
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    return Engines(
        writer=_sqlite(url, size=1, begin="BEGIN IMMEDIATE"), reader=_sqlite(url, size=READERS, begin="BEGIN")
    )


def _sqlite(url: str, *, size: int, begin: str) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": _BUSY_MILLISECONDS / 1000},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        # Other journals lose acknowledged rows or rename entries at power loss; WAL + FULL loses none.
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA mmap_size = 268435456")
        cursor.execute("PRAGMA trusted_schema = OFF")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
