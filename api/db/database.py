"""The one way to the database: functions of a connection, read in a few threads, written by one.

Writes are group-committed: whatever waits when the writer is free goes into one transaction, each function in
a savepoint of its own, and all are answered after the one commit. One fsync then carries many uploads.

Threads: `read` and `write` are called on the event loop; the functions run in other threads and must not touch
the loop. Results and `on_commit` come back on the loop, in commit order.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from api.db.engine import READERS, Engines
from api.errors import Unavailable

T = TypeVar("T")
Outcome = tuple["_Job", Any, BaseException | None]

_LOG = logging.getLogger(__name__)
_LARGEST_GROUP = 64
_LONGEST_QUEUE = 2_000


@dataclass(slots=True, eq=False)
class _Job:
    run: Callable[[Connection], Any]
    on_commit: Callable[[Any], None] | None
    future: asyncio.Future[Any]


class Database:
    """Reads and writes of one database.

    Atomicity: each function given to `write` happens whole or not at all.
    Ordering: writes commit in the order of their calls. A read sees every write answered before it began.
    Failure: what the function raises reaches its caller alone. When the database itself fails, every write of the
    group raises `Unavailable`; the commit may then have happened or not, so callers must be idempotent.
    """

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._waiting = 0
        self._readers = ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="db-read")
        self._writer: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Start the writing thread; call on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._writer = threading.Thread(target=self._write_groups, name="db-write", daemon=True)
        self._writer.start()

    async def stop(self) -> None:
        """Commit what was accepted, then close every connection."""
        if self._writer is not None:
            self._jobs.put(None)
            await asyncio.to_thread(self._writer.join)
            # The last outcomes were handed to the loop by the writer; let them be delivered.
            await asyncio.sleep(0)
        self._readers.shutdown(wait=True)
        self._engines.dispose()

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run a function in a read transaction. Raises `Unavailable` when the database does not answer."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, function)

    def write(
        self, function: Callable[[Connection], T], on_commit: Callable[[T], None] | None = None
    ) -> asyncio.Future[T]:
        """Queue a function for the next group commit; await the result, which comes after the commit.

        `on_commit` runs on the loop after the commit even when nobody waits for the result any more: a client that
        hangs up must not hide its picture from the viewers.
        """
        if self._loop is None:
            raise RuntimeError("start() the database first")
        if self._waiting >= _LONGEST_QUEUE:
            raise Unavailable("The server has more to write than it can: send this again in a few seconds.")
        self._waiting += 1
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(_Job(function, on_commit, future))
        return future

    def _read(self, function: Callable[[Connection], T]) -> T:
        try:
            with self._engines.reader.connect() as connection, connection.begin():
                return function(connection)
        except DBAPIError as error:
            _LOG.warning("database_read_failed error=%s", error.orig)
            raise Unavailable("The database does not answer: try again in a few seconds.") from error

    def _write_groups(self) -> None:
        stopping = False
        while not stopping:
            group = []
            job = self._jobs.get()
            while job is not None:
                group.append(job)
                if len(group) >= _LARGEST_GROUP or self._jobs.empty():
                    break
                job = self._jobs.get()
            stopping = job is None
            if group:
                self._deliver(self._commit(group))

    def _commit(self, group: list[_Job]) -> list[Outcome]:
        try:
            with self._engines.writer.connect() as connection, connection.begin():
                return [self._run(connection, job) for job in group]
        except SQLAlchemyError as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            _LOG.error("database_write_failed writes=%d error=%s", len(group), cause)
            return [(job, None, _unavailable()) for job in group]

    @staticmethod
    def _run(connection: Connection, job: _Job) -> Outcome:
        """One function in its savepoint. A failing database ends the whole group: SQLite may have rolled it back."""
        try:
            with connection.begin_nested():
                return job, job.run(connection), None
        except IntegrityError as error:
            return job, None, error
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the function raises belongs to the one who waits for it
            return job, None, error

    def _deliver(self, outcomes: list[Outcome]) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._settle, outcomes)

    def _settle(self, outcomes: list[Outcome]) -> None:
        for job, result, error in outcomes:
            self._waiting -= 1
            if error is None and job.on_commit is not None:
                self._tell(job.on_commit, result)
            if job.future.done():
                continue
            if error is None:
                job.future.set_result(result)
            else:
                job.future.set_exception(error)

    @staticmethod
    def _tell(on_commit: Callable[[Any], None], result: Any) -> None:
        try:
            on_commit(result)
        except Exception:  # noqa: BLE001 - it is committed: a bug in who listens must not keep the group's answers back
            _LOG.exception("on_commit_failed")


def _unavailable() -> Unavailable:
    return Unavailable(
        "The database could not store this: nothing is lost on your side, send it again in a few seconds."
    )
