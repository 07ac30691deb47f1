"""SQL of the job table. Functions of a connection, to be run by `Database.read` or `Database.write`.

A job belongs to whoever claimed it until its lease ends; what that worker writes afterwards counts only while the lease
is still its own (fencing by `lease_until`). So a job is done at least once, also when workers are killed.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, delete, select, update

from api.db.upsert import insert_for
from api.models import JobKind, JobRecord, JobState, jobs
from api.models.base import values_of


def add_jobs(connection: Connection, records: Sequence[JobRecord]) -> None:
    """Write them down; one whose key is there already is left out."""
    if records:
        statement = insert_for(connection.dialect.name, jobs).on_conflict_do_nothing(index_elements=["key"])
        connection.execute(statement, [values_of(jobs, record) for record in records])


def claim_jobs(connection: Connection, kind: JobKind, now: int, lasts: int, limit: int) -> list[JobRecord]:
    """Take what is due, most urgent first, for `lasts` microseconds. No two workers get the same."""
    due = (
        select(jobs.c.id)
        .where(
            jobs.c.state == JobState.QUEUED.value,
            jobs.c.kind == kind.value,
            jobs.c.due_at <= now,
            jobs.c.lease_until <= now,
        )
        .order_by(jobs.c.priority.desc(), jobs.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(jobs)
        .where(jobs.c.id.in_(due), jobs.c.lease_until <= now)
        .values(lease_until=now + lasts, tries=jobs.c.tries + 1)
        .returning(jobs)
    )
    claimed = [JobRecord(*row) for row in connection.execute(statement)]
    return sorted(claimed, key=lambda job: (-job.priority, job.due_at))


def settle_job(connection: Connection, job: JobRecord, **values: object) -> bool:
    """Write what became of a claimed job and let go of it; False when its lease had ended and somebody else has it."""
    mine = (jobs.c.id == job.id) & (jobs.c.lease_until == job.lease_until)
    return connection.execute(update(jobs).where(mine).values(lease_until=0, **values)).rowcount == 1


def get_job(connection: Connection, job_id: UUID) -> JobRecord | None:
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
    return None if row is None else JobRecord(*row)


def update_job(connection: Connection, job_id: UUID, **values: object) -> None:
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values))


def next_due(connection: Connection, kind: JobKind) -> int | None:
    """When the next job of this kind is due or its lease ends, in microseconds; None: there is none."""
    statement = (
        select(jobs.c.due_at, jobs.c.lease_until)
        .where(jobs.c.state == JobState.QUEUED.value, jobs.c.kind == kind.value)
        .order_by(jobs.c.due_at)
        .limit(64)
    )
    return min((max(row.due_at, row.lease_until) for row in connection.execute(statement)), default=None)


def forget_jobs(connection: Connection, before: int, limit: int) -> int:
    """Delete up to `limit` jobs that were finished before an instant; how many."""
    old = select(jobs.c.id).where(jobs.c.finished_at < before).limit(limit)
    return connection.execute(delete(jobs).where(jobs.c.id.in_(old))).rowcount
