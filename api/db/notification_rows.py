"""SQL of channels, rules and what a person has been told. Functions of a connection."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from api.db.upsert import insert_for
from api.models import (
    ChannelRecord,
    JobRecord,
    JobState,
    NotificationSettingsRecord,
    Phase,
    RuleRecord,
    alerts,
    channels,
    jobs,
    notification_rules,
    notification_settings,
    secrets,
    users,
)
from api.models.base import values_of

PICTURE_FOLLOWS = "picture"
"""The rule of a message that brings the picture of one that was sent without."""
_TOLD = (JobState.QUEUED.value, JobState.SENT.value)


def channels_of(connection: Connection, user_id: UUID | None = None) -> list[ChannelRecord]:
    """A person's channels, or everybody's, oldest first."""
    query = select(channels).order_by(channels.c.created_at, channels.c.id)
    if user_id is not None:
        query = query.where(channels.c.user_id == user_id)
    return [ChannelRecord(*row) for row in connection.execute(query)]


def channels_for(connection: Connection, camera_id: UUID) -> list[ChannelRecord]:
    """Every channel in use of the people who may see a camera."""
    query = (
        select(channels, users.c.camera_ids)
        .join(users, users.c.id == channels.c.user_id)
        .where(channels.c.enabled.is_(True), channels.c.dead.is_(False), users.c.removed_at.is_(None))
        .order_by(channels.c.created_at, channels.c.id)
    )
    found = connection.execute(query)
    return [ChannelRecord(*row[:-1]) for row in found if row[-1] is None or str(camera_id) in row[-1]]


def is_told(connection: Connection, alert_id: UUID) -> bool:
    """Whether messages about an alert have been written, or held back, already."""
    return connection.execute(select(jobs.c.id).where(jobs.c.alert_id == alert_id).limit(1)).first() is not None


def get_channel(connection: Connection, channel_id: UUID) -> ChannelRecord | None:
    row = connection.execute(select(channels).where(channels.c.id == channel_id)).one_or_none()
    return None if row is None else ChannelRecord(*row)


def insert_channel(connection: Connection, record: ChannelRecord) -> None:
    connection.execute(insert(channels), values_of(channels, record))


def update_channel(connection: Connection, channel_id: UUID, **values: object) -> None:
    connection.execute(update(channels).where(channels.c.id == channel_id).values(**values))


def delete_channel(connection: Connection, channel_id: UUID) -> None:
    connection.execute(delete(channels).where(channels.c.id == channel_id))


def rules_of(connection: Connection, user_ids: Sequence[UUID]) -> list[RuleRecord]:
    query = (
        select(notification_rules)
        .where(notification_rules.c.user_id.in_(user_ids))
        .order_by(notification_rules.c.created_at, notification_rules.c.id)
    )
    return [RuleRecord(*row) for row in connection.execute(query)]


def insert_rule(connection: Connection, record: RuleRecord) -> None:
    connection.execute(insert(notification_rules), values_of(notification_rules, record))


def update_rule(connection: Connection, rule_id: UUID, **values: object) -> None:
    connection.execute(update(notification_rules).where(notification_rules.c.id == rule_id).values(**values))


def delete_rule(connection: Connection, rule_id: UUID) -> None:
    connection.execute(delete(notification_rules).where(notification_rules.c.id == rule_id))


def settings_of(connection: Connection, user_ids: Sequence[UUID]) -> dict[UUID, NotificationSettingsRecord]:
    """Each person's settings; those who never changed any have the defaults."""
    query = select(notification_settings).where(notification_settings.c.user_id.in_(user_ids))
    found = {row.user_id: NotificationSettingsRecord(*row) for row in connection.execute(query)}
    return {user_id: found.get(user_id) or NotificationSettingsRecord(user_id) for user_id in user_ids}


def put_settings(connection: Connection, record: NotificationSettingsRecord) -> None:
    values = values_of(notification_settings, record)
    statement = insert_for(connection.dialect.name, notification_settings).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))


def last_told(connection: Connection, user_id: UUID, since: int) -> tuple[JobRecord, int | None] | None:
    """The person's newest message about an alert since then, and when that alert ended (None: it goes on, or is gone)."""
    query = (
        select(jobs, alerts.c.ended_at)
        .select_from(jobs.outerjoin(alerts, alerts.c.id == jobs.c.alert_id))
        .where(
            jobs.c.user_id == user_id,
            jobs.c.alert_id.is_not(None),
            jobs.c.created_at >= since,
            # A picture that follows its message says nothing new, and may come much later.
            jobs.c.rule != PICTURE_FOLLOWS,
        )
        .order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else (JobRecord(*row[:-1]), row[-1])


def count_told(connection: Connection, user_id: UUID, phase: str, since: int) -> int:
    """How many threads a person has been told of since then, on whatever channels."""
    query = select(func.count(jobs.c.thread_id.distinct())).where(
        jobs.c.user_id == user_id, jobs.c.created_at >= since, jobs.c.phase == phase, jobs.c.state.in_(_TOLD)
    )
    return int(connection.execute(query).scalar_one())


def held_back(connection: Connection, digest: JobRecord) -> list[JobRecord]:
    """What a digest or summary tells of: its channel's messages that its rule held back in its time; at most 500.

    What has expired counts as too late.
    """
    held = (jobs.c.state == JobState.SUPPRESSED.value) & (jobs.c.rule == digest.rule)
    if digest.phase == Phase.DIGEST:
        held |= (jobs.c.state == JobState.EXPIRED.value) & jobs.c.alert_id.is_not(None)
    query = (
        select(jobs)
        .where(
            jobs.c.channel_id == digest.channel_id,
            jobs.c.finished_at >= digest.body["since"],
            jobs.c.finished_at < digest.body["until"],
            held,
        )
        .order_by(jobs.c.finished_at.desc())
        .limit(500)
    )
    return [JobRecord(*row) for row in connection.execute(query)]


def get_secret(connection: Connection, name: str) -> bytes | None:
    value: bytes | None = connection.execute(select(secrets.c.value).where(secrets.c.name == name)).scalar_one_or_none()
    return value


def keep_secret(connection: Connection, name: str, value: bytes) -> bytes:
    """Store a secret unless there is one of this name; the one that is stored."""
    statement = insert_for(connection.dialect.name, secrets).values(name=name, value=value)
    connection.execute(statement.on_conflict_do_nothing(index_elements=["name"]))
    kept = get_secret(connection, name)
    assert kept is not None
    return kept
