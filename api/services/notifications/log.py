"""The log of notifications: what became of each message, and what a person or a device says of it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from api.clock import Clock, to_rfc3339
from api.db import Database
from api.db.job_rows import get_job, update_job
from api.db.keyset import CursorSeal, Position, page_of
from api.errors import Conflict, NotFound
from api.models import JobKind, JobRecord, JobState, Phase, channels, jobs
from api.schemas.notification import NotificationView
from api.services.notifications.fan_out import ALERT_LIVES
from api.services.page import Page, cut
from api.services.principal import PersonPrincipal


@dataclass(frozen=True, slots=True)
class Logged:
    """A message and the name of its channel."""

    job: JobRecord
    channel_name: str | None


class NotificationLog:
    """Use cases of the log. Each person sees their own messages."""

    def __init__(self, database: Database, clock: Clock, seal: CursorSeal, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._seal = seal
        self._wake = wake

    async def list(
        self, person: PersonPrincipal, alert_id: UUID | None, cursor: str | None, limit: int
    ) -> Page[Logged]:
        """One page, newest first. Raises `Invalid` (`bad_cursor`)."""
        after = None if cursor is None else self._seal.read(cursor)
        query = (
            select(jobs, channels.c.name.label("channel_name"))
            .select_from(jobs.outerjoin(channels, channels.c.id == jobs.c.channel_id))
            .where(jobs.c.user_id == person.user_id, jobs.c.kind == JobKind.NOTIFICATION.value)
        )
        if alert_id is not None:
            query = query.where(jobs.c.alert_id == alert_id)
        page = page_of(query, jobs.c.created_at, jobs.c.id, after, limit)
        found = await self._database.read(
            lambda connection: [Logged(JobRecord(*row[:-1]), row[-1]) for row in connection.execute(page)]
        )
        return cut(found, limit, self._seal, lambda item: Position(item.job.created_at, item.job.id))

    async def get(self, job_id: UUID, person: PersonPrincipal) -> Logged:
        """Raises `NotFound`."""
        return await self._database.read(lambda connection: _own(connection, job_id, person))

    async def retry(self, job_id: UUID, person: PersonPrincipal) -> Logged:
        """Send a dead or expired message after all. Raises `NotFound`, `Conflict` (`not_retryable`)."""
        now = self._clock.now()

        def commit(connection: Connection) -> Logged:
            job = _own(connection, job_id, person).job
            if job.state not in {JobState.DEAD, JobState.EXPIRED}:
                raise Conflict(
                    "not_retryable", f"This message is {job.state}: only a dead or expired one is sent again."
                )
            values = {"state": JobState.QUEUED.value, "due_at": now, "expires_at": now + ALERT_LIVES}
            update_job(connection, job_id, tries=0, finished_at=None, lease_until=0, **values)
            return _own(connection, job_id, person)

        logged = await self._database.write(commit)
        self._wake()
        return logged

    async def seen(self, job_id: UUID, person: PersonPrincipal) -> None:
        """The device has shown it; the first time counts. Raises `NotFound`."""
        now = self._clock.now()

        def commit(connection: Connection) -> None:
            if _own(connection, job_id, person).job.seen_at is None:
                update_job(connection, job_id, seen_at=now)

        await self._database.write(commit)


def notification_view(logged: Logged) -> NotificationView:
    job = logged.job
    return {
        "id": job.id,
        "phase": Phase(job.phase),
        "state": JobState(job.state),
        "channel_id": job.channel_id,
        "channel_name": logged.channel_name,
        "alert_id": job.alert_id,
        "camera_id": job.camera_id,
        "thread_id": job.thread_id,
        "rule": job.rule,
        "created_at": to_rfc3339(job.created_at),
        "due_at": to_rfc3339(job.due_at),
        "tries": job.tries,
        "finished_at": None if job.finished_at is None else to_rfc3339(job.finished_at),
        "seen_at": None if job.seen_at is None else to_rfc3339(job.seen_at),
        "http_status": job.http_status,
        "last_error": job.last_error,
    }


def _own(connection: Connection, job_id: UUID, person: PersonPrincipal) -> Logged:
    job = get_job(connection, job_id)
    if job is None or job.user_id != person.user_id or job.kind != JobKind.NOTIFICATION:
        raise NotFound("not_found", "There is no notification with this id.")
    name = connection.execute(select(channels.c.name).where(channels.c.id == job.channel_id)).scalar_one_or_none()
    return Logged(job, name)
