"""SQLAlchemy engines for SQLite (embedded) and PostgreSQL (production): one writing connection and a few reading ones.

SQLite: WAL, synchronous FULL, and transactions begun by us. The driver's own way begins a transaction late and
deferred, which turns two writers into a "database is locked" that no waiting can cure; BEGIN IMMEDIATE waits at the
start, where waiting helps.

PostgreSQL: psycopg 3, READ COMMITTED, `synchronous_commit` as the server has it (on by default: an answered commit is
on disk). Lost connections are noticed before use.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

READERS = 4
_BUSY_MILLISECONDS = 10_000
_CONNECT_SECONDS = 5
_STATEMENT_MILLISECONDS = 30_000


@dataclass(frozen=True, slots=True)
class Engines:
    """The writing and the reading engine of one database, and its address."""

    writer: Engine
    reader: Engine
    url: URL

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
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        return Engines(
            writer=_sqlite(parsed, size=1, begin="BEGIN IMMEDIATE"),
            reader=_sqlite(parsed, size=READERS, begin="BEGIN"),
            url=parsed,
        )
    if backend == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return Engines(writer=_postgresql(parsed, size=1), reader=_postgresql(parsed, size=READERS), url=parsed)
    raise ValueError(f"PICAM_DATABASE_URL names {backend!r}: use sqlite:///FILE or postgresql://USER@HOST/NAME")


def _sqlite(url: URL, *, size: int, begin: str) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        # Errors are logged, and rows hold hashes of credentials.
        hide_parameters=True,
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


def _postgresql(url: URL, *, size: int) -> Engine:
    return create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=_CONNECT_SECONDS,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "options": f"-c statement_timeout={_STATEMENT_MILLISECONDS} -c timezone=UTC",
        },
    )
