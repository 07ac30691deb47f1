"""SQL of health history, boots and silences. Functions of a connection, to be run by `Database.read` or `Database.write`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, select

from api.db.upsert import insert_for
from api.models import AlertRecord, BootRecord, ImageRecord, SampleRecord, alerts, boots, health_samples, images
from api.models.base import values_of

MOST_BOOTS = 16
"""Of one camera; older ones have nothing left to correct."""


def add_sample(
    connection: Connection, camera_id: UUID, started_at: int, online_seconds: float, health: Mapping[str, Any] | None
) -> None:
    """Set the health of a sample, if there is one to set, and add to how long the camera was heard in it."""
    record = SampleRecord(camera_id, started_at, online_seconds, None if health is None else dict(health))
    statement = insert_for(connection.dialect.name, health_samples).values(values_of(health_samples, record))
    changed = {"online_seconds": health_samples.c.online_seconds + statement.excluded.online_seconds}
    if health is not None:
        changed["health"] = statement.excluded.health
    connection.execute(statement.on_conflict_do_update(index_elements=["camera_id", "started_at"], set_=changed))


def get_sample(connection: Connection, camera_id: UUID, started_at: int) -> SampleRecord | None:
    query = select(health_samples).where(
        health_samples.c.camera_id == camera_id, health_samples.c.started_at == started_at
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else SampleRecord(*row)


def list_samples(connection: Connection, camera_id: UUID, since: int, until: int, limit: int) -> list[SampleRecord]:
    """Oldest first; `until` is exclusive."""
    query = select(health_samples).where(
        health_samples.c.camera_id == camera_id,
        health_samples.c.started_at >= since,
        health_samples.c.started_at < until,
    )
    query = query.order_by(health_samples.c.started_at).limit(limit)
    return [SampleRecord(*row) for row in connection.execute(query)]


def drop_samples(connection: Connection, before: int) -> None:
    connection.execute(delete(health_samples).where(health_samples.c.started_at < before))


def get_boot(connection: Connection, camera_id: UUID, boot_id: str) -> BootRecord | None:
    query = select(boots).where(boots.c.camera_id == camera_id, boots.c.boot_id == boot_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else BootRecord(*row)


def put_boot(connection: Connection, record: BootRecord) -> None:
    """Remember when a boot began; of the oldest nothing is kept."""
    values = values_of(boots, record)
    statement = insert_for(connection.dialect.name, boots).values(values)
    set_ = {name: statement.excluded[name] for name in values if name not in {"camera_id", "boot_id"}}
    connection.execute(statement.on_conflict_do_update(index_elements=["camera_id", "boot_id"], set_=set_))
    newest = select(boots.c.boot_id).where(boots.c.camera_id == record.camera_id)
    newest = newest.order_by(boots.c.learned_at.desc()).limit(MOST_BOOTS)
    kept = list(connection.scalars(newest))
    connection.execute(delete(boots).where(boots.c.camera_id == record.camera_id, boots.c.boot_id.not_in(kept)))


def unsynchronized_images(connection: Connection, camera_id: UUID, boot_id: str, limit: int) -> list[ImageRecord]:
    """Pictures of this boot whose time is a guess and can be corrected."""
    query = select(images).where(
        images.c.camera_id == camera_id,
        images.c.boot_id == boot_id,
        images.c.clock_synchronized.is_(False),
        images.c.monotonic_seconds.is_not(None),
    )
    return [ImageRecord(*row) for row in connection.execute(query.limit(limit))]


def unsynchronized_alerts(connection: Connection, camera_id: UUID, boot_id: str, limit: int) -> list[AlertRecord]:
    """Alerts of this boot whose time is a guess and can be corrected."""
    query = select(alerts).where(
        alerts.c.camera_id == camera_id,
        alerts.c.boot_id == boot_id,
        alerts.c.clock_synchronized.is_(False),
        alerts.c.monotonic_seconds.is_not(None),
    )
    return [AlertRecord(*row) for row in connection.execute(query.limit(limit))]


def count_recovered(connection: Connection, camera_id: UUID, since: int, until: int) -> int:
    """Pictures captured in a silence and received after it."""
    query = (
        select(func.count())
        .select_from(images)
        .where(
            images.c.camera_id == camera_id,
            images.c.timestamp >= since,
            images.c.timestamp < until,
            images.c.received_at >= until,
        )
    )
    return int(connection.execute(query).scalar_one())
