"""The one way to the database: functions of a connection, read in a few threads, written by one.

Writes are group-committed: whatever waits when the writer is free goes into one transaction, each write in a savepoint
of its own, and all are answered after the one commit. One fsync then carries many uploads. Neighbouring writes of the
same kind (`write_batch`) are handed to one function together, so that their rows go in with one statement.

Threads: `read` and `write` are called on the event loop; the functions run in other threads and must not touch
the loop. Results come back on the loop, in commit order; so do the changes that a write announces.
"""

import asyncio
import contextvars
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from api.db.engine import READERS, Engines
from api.db.group import Announce, BatchFunction, Failure, Job, Outcome, is_retryable, run_jobs
from api.errors import Unavailable

T = TypeVar("T")
Item = TypeVar("Item")
Change = TypeVar("Change")

_LOG = logging.getLogger(__name__)
_LARGEST_GROUP = 64
_LONGEST_QUEUE = 2_000
_TRIES = 3


class Database:
    """Reads and writes of one database.

    Atomicity: each write happens whole or not at all. Ordering: writes of one process commit in the order of their
    calls; a read sees every write answered before it began. Failure: what a write raises reaches its caller alone.
    When the database itself fails, every write of the group raises `Unavailable`; the commit may then have happened or
    not, so callers must be idempotent.

    A write may announce changes (`announce`: from its result to what viewers get). They go to `in_transaction`, which
    may put them into the transaction itself, and after the commit, on the loop, to `publish`. `on_group` is told how
    many writes shared a commit.
    """

    def __init__(
        self,
        engines: Engines,
        *,
        in_transaction: Callable[[Connection, Sequence[Any]], None] | None = None,
        publish: Callable[[Sequence[Any]], None] | None = None,
        on_group: Callable[[int], None] | None = None,
    ) -> None:
        self._engines = engines
        self._in_transaction = in_transaction
        self._publish = publish
        self._on_group = on_group
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
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

    @property
    def writes_waiting(self) -> int:
        """Writes that are not answered yet."""
        return self._waiting

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run a function in a read transaction. Raises `Unavailable` when the database does not answer."""
        # With the caller's context: what is logged there names the request.
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._readers, context.run, self._read, function)

    def write(self, function: Callable[[Connection], T], announce: Announce[T] | None = None) -> asyncio.Future[T]:
        """Queue a function for the next group commit; await its result, which comes after the commit.

        What it announces reaches the viewers even when nobody waits for the result any more: a client that hangs up
        must not hide its picture.
        """
        return self._put(Job(lambda connection, _items: [function(connection)], None, announce, self._future()))

    def write_batch(
        self, function: BatchFunction[Item, T], item: Item, announce: Announce[T] | None = None
    ) -> asyncio.Future[T]:
        """Queue one item; `function` gets it together with its neighbours and returns, for each, a result or a `Failure`."""
        return self._put(Job(function, item, announce, self._future(), batched=True))

    def _future(self) -> asyncio.Future[Any]:
        if self._loop is None:
            raise RuntimeError("start() the database first")
        return self._loop.create_future()

    def _put(self, job: Job) -> asyncio.Future[Any]:
        if self._waiting >= _LONGEST_QUEUE:
            raise Unavailable("The server has more to write than it can: send this again in a few seconds.")
        self._waiting += 1
        self._jobs.put(job)
        return job.future

    def _read(self, function: Callable[[Connection], T]) -> T:
        try:
            with self._engines.reader.connect() as connection, connection.begin():
                return function(connection)
        except SQLAlchemyError as error:
            _LOG.warning("database_read_failed error=%s", _cause(error))
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
                outcomes = self._commit(group)
                assert self._loop is not None
                self._loop.call_soon_threadsafe(self._settle, outcomes)

    def _commit(self, group: list[Job]) -> list[Outcome]:
        """One transaction for the group; after a deadlock or a lost race, once more with each write on its own."""
        try:
            return self._transaction(group)
        except SQLAlchemyError as error:
            if is_retryable(error):
                return [outcome for job in group for outcome in self._alone(job)]
            return self._failed(group, error)

    def _alone(self, job: Job) -> list[Outcome]:
        for last in range(1, _TRIES + 1):
            try:
                return self._transaction([job])
            except SQLAlchemyError as error:
                if last == _TRIES or not is_retryable(error):
                    return self._failed([job], error)
        raise AssertionError("unreachable")

    def _transaction(self, group: list[Job]) -> list[Outcome]:
        with self._engines.writer.connect() as connection, connection.begin():
            outcomes = run_jobs(connection, group)
            changes = [change for outcome in outcomes for change in outcome.changes]
            if changes and self._in_transaction is not None:
                self._in_transaction(connection, changes)
            return outcomes

    @staticmethod
    def _failed(group: list[Job], error: SQLAlchemyError) -> list[Outcome]:
        _LOG.error("database_write_failed writes=%d error=%s", len(group), _cause(error))
        message = "The database could not store this: nothing is lost on your side, send it again in a few seconds."
        return [Outcome(job, Failure(Unavailable(message)), ()) for job in group]

    def _settle(self, outcomes: list[Outcome]) -> None:
        if self._on_group is not None:
            self._on_group(len(outcomes))
        changes = [change for outcome in outcomes for change in outcome.changes]
        if changes and self._publish is not None:
            self._publish(changes)
        for outcome in outcomes:
            self._waiting -= 1
            future = outcome.job.future
            if future.done():
                continue
            if isinstance(outcome.result, Failure):
                future.set_exception(outcome.result.error)
            else:
                future.set_result(outcome.result)


def _cause(error: SQLAlchemyError) -> object:
    return error.orig if isinstance(error, DBAPIError) else error
