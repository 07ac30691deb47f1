"""What runs inside one group commit: the queued writes, each in a savepoint, neighbours of one kind together."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

T = TypeVar("T")
Item = TypeVar("Item")

Announce = Callable[[T], Sequence[Any]]
"""From a write's result to the changes that viewers are told of. Runs in the writing thread, before the commit."""

# SQLSTATE: serialization failure, deadlock, unique violation by a writer of another replica.
_RETRYABLE = {"40001", "40P01", "23505"}


# What one write did wrong, while the database is well.
_ONE_JOBS_FAULT = (IntegrityError, DataError)


@dataclass(frozen=True, slots=True)
class Failure:
    """What one write of a batch ends in when it has to be refused: the error for its caller."""

    error: BaseException


BatchFunction = Callable[[Connection, Sequence[Item]], Sequence[T | Failure]]
"""Writes many items at once; returns, in their order, a result or a `Failure` for each. A failed item must have
changed nothing. What the function raises fails all of them."""


@dataclass(slots=True, eq=False)
class Job:
    """One queued write."""

    run: BatchFunction[Any, Any]
    item: Any
    announce: Announce[Any] | None
    future: asyncio.Future[Any]
    batched: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a write ended, and what it announces."""

    job: Job
    result: Any
    changes: tuple[Any, ...]


def run_jobs(connection: Connection, jobs: Sequence[Job]) -> list[Outcome]:
    """Run the writes in order. Raises SQLAlchemyError when the database fails: then the whole group is undone."""
    outcomes: list[Outcome] = []
    for _, neighbours in groupby(jobs, key=lambda job: job.run if job.batched else job):
        outcomes += _together(connection, list(neighbours))
    return outcomes


def _together(connection: Connection, jobs: list[Job]) -> list[Outcome]:
    try:
        with connection.begin_nested():
            results = jobs[0].run(connection, [job.item for job in jobs])
            return [_outcome(job, result) for job, result in zip(jobs, results, strict=True)]
    except _ONE_JOBS_FAULT as error:
        if len(jobs) > 1 or getattr(error.orig, "sqlstate", None) in _RETRYABLE:
            # One of them, or a write of another replica just now: each on its own will tell.
            raise
        return [Outcome(job, Failure(error), ()) for job in jobs]
    except SQLAlchemyError:
        # SQLite may have rolled the whole transaction back, PostgreSQL may be gone: nothing of the group is sure.
        raise
    except Exception as error:  # noqa: BLE001 - whatever a write raises belongs to the one who waits for it
        return [Outcome(job, Failure(error), ()) for job in jobs]


def _outcome(job: Job, result: Any) -> Outcome:
    changes = () if job.announce is None or isinstance(result, Failure) else tuple(job.announce(result))
    return Outcome(job, result, changes)


def is_retryable(error: SQLAlchemyError) -> bool:
    """Whether the transaction was certainly undone and may well succeed when tried again."""
    if isinstance(error, _ONE_JOBS_FAULT):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _RETRYABLE
