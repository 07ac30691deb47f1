"""SQL of alerts and reviews. Functions of a connection, to be run by `Database.read` or `Database.write`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, insert, literal, select, update

from api.db.keyset import Position, merged, page_of
from api.models import AlertRecord, alerts, reviews
from api.models.base import values_of


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts; every part that is None asks for nothing. `until` is exclusive, instants in microseconds."""

    camera_ids: tuple[UUID, ...] = ()
    types: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    starred: bool | None = None
    reviewed: bool | None = None


def get_alert(connection: Connection, alert_id: UUID, *, for_update: bool = False) -> AlertRecord | None:
    """One alert; `for_update` keeps other replicas from changing it until this transaction ends."""
    query = select(alerts).where(alerts.c.id == alert_id)
    row = connection.execute(query.with_for_update() if for_update else query).one_or_none()
    return None if row is None else AlertRecord(*row)


def insert_alert(connection: Connection, record: AlertRecord) -> None:
    connection.execute(insert(alerts), values_of(alerts, record))


def update_alert(connection: Connection, alert_id: UUID, **values: object) -> None:
    connection.execute(update(alerts).where(alerts.c.id == alert_id).values(**values))


def list_alerts(
    connection: Connection, wanted: AlertFilter, person_id: UUID, after: Position | None, limit: int
) -> list[tuple[AlertRecord, bool]]:
    """Newest first, each with whether the person has reviewed it; one more than `limit` where there is more."""
    cameras: Sequence[UUID | None] = wanted.camera_ids or (None,)
    order = reviews.c if wanted.reviewed else alerts.c
    identity = reviews.c.alert_id if wanted.reviewed else alerts.c.id
    pages = [
        page_of(_filtered(wanted, person_id, camera), order.timestamp, identity, after, limit) for camera in cameras
    ]
    query = merged(pages, limit)
    return [(AlertRecord(*row[:-1]), bool(row[-1])) for row in connection.execute(query)]


def is_reviewed(connection: Connection, alert_id: UUID, person_id: UUID) -> bool:
    query = select(exists().where(reviews.c.alert_id == alert_id, reviews.c.user_id == person_id))
    return bool(connection.execute(query).scalar_one())


def set_reviewed(connection: Connection, alert: AlertRecord, person_id: UUID, at: int | None) -> None:
    """Mark the alert reviewed at an instant, or, with None, take the mark away."""
    mine = (reviews.c.alert_id == alert.id) & (reviews.c.user_id == person_id)
    if at is None:
        connection.execute(delete(reviews).where(mine))
    elif not is_reviewed(connection, alert.id, person_id):
        connection.execute(insert(reviews), review_row(alert, person_id, at))


def review_row(alert: AlertRecord, person_id: UUID, at: int) -> dict[str, object]:
    owner = {"alert_id": alert.id, "timestamp": alert.timestamp, "camera_id": alert.camera_id}
    return {"user_id": person_id, "reviewed_at": at, **owner}


def _reviewed_by(person_id: UUID) -> ColumnElement[bool]:
    return exists().where(reviews.c.alert_id == alerts.c.id, reviews.c.user_id == person_id)


def _filtered(wanted: AlertFilter, person_id: UUID, camera_id: UUID | None) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]]
    if wanted.reviewed:
        # Few may be reviewed: then the reviews' own indexes give the order, and the alerts are looked up.
        query = select(alerts, literal(value=True).label("reviewed")).join(reviews, reviews.c.alert_id == alerts.c.id)
        query = query.where(reviews.c.user_id == person_id)
        found_by = reviews.c
    else:
        reviewed = _reviewed_by(person_id)
        query = select(alerts, reviewed.label("reviewed"))
        if wanted.reviewed is not None:
            query = query.where(~reviewed)
        found_by = alerts.c
    if camera_id is not None:
        query = query.where(found_by.camera_id == camera_id)
    if wanted.types:
        query = query.where(alerts.c.type.in_(wanted.types))
    if wanted.since is not None:
        query = query.where(found_by.timestamp >= wanted.since)
    if wanted.until is not None:
        query = query.where(found_by.timestamp < wanted.until)
    if wanted.starred is not None:
        query = query.where(alerts.c.starred.is_(wanted.starred))
    return query
