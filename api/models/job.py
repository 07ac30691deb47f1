"""Work that has to happen, and what became of it: a row is written in the transaction that causes the work, and claimed
by one worker at a time. For notifications the table is also the log that people see."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text

from api.models.base import Id, JsonText, metadata


class JobKind(StrEnum):
    """What is to be done. The list only grows."""

    NOTIFICATION = "notification"


class JobState(StrEnum):
    """`queued` is the only state that changes again, but for a retry by hand."""

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"


class Phase(StrEnum):
    """What a message is for."""

    NEW = "new"
    UPDATE = "update"
    SUMMARY = "summary"
    DIGEST = "digest"
    CHANNEL_DEAD = "channel_dead"
    TEST = "test"


jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    # What makes a repeat harmless: one job a key.
    Column("key", String(160), nullable=False, unique=True),
    Column("state", String(12), nullable=False),
    # For a notification: what kind of message it is (`Phase`).
    Column("phase", String(12), nullable=False),
    # Higher goes first.
    Column("priority", SmallInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    # Until then the job belongs to whoever holds it; a worker that died lets go of it by this.
    Column("lease_until", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("finished_at", BigInteger),
    Column("seen_at", BigInteger),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE")),
    Column("channel_id", Id, ForeignKey("channels.id", ondelete="CASCADE")),
    Column("alert_id", Id),
    Column("camera_id", Id),
    # The alert whose message this one belongs to: it stands in that message's place.
    Column("thread_id", Id),
    # Which rule let it pass or held it back.
    Column("rule", String(80)),
    Column("http_status", Integer),
    Column("last_error", Text),
    Column("body", JsonText, nullable=False),
    Index("ix_jobs_user_id_created_at_id", "user_id", "created_at", "id"),
    Index("ix_jobs_alert_id", "alert_id"),
    Index("ix_jobs_channel_id_state_created_at", "channel_id", "state", "created_at"),
    Index("ix_jobs_finished_at", "finished_at"),
)
Index(
    "ix_jobs_queued",
    jobs.c.due_at,
    sqlite_where=jobs.c.state == JobState.QUEUED.value,
    postgresql_where=jobs.c.state == JobState.QUEUED.value,
)


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A row of `jobs`, fields in the order of the columns."""

    id: UUID
    kind: str
    key: str
    state: str
    phase: str
    priority: int
    created_at: int
    due_at: int
    expires_at: int | None
    lease_until: int
    tries: int
    finished_at: int | None
    seen_at: int | None
    user_id: UUID | None
    channel_id: UUID | None
    alert_id: UUID | None
    camera_id: UUID | None
    thread_id: UUID | None
    rule: str | None
    http_status: int | None
    last_error: str | None
    body: dict[str, Any]
