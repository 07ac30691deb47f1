"""SQL of what the server remembers of a camera: its settings' versions, its state. Functions of a connection."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from api.db.upsert import insert_for
from api.models import SettingsRecord, StateRecord, camera_settings, camera_states
from api.models.base import values_of

MOST_VERSIONS = 100
"""Of one camera's settings; older ones are dropped."""


def get_state(connection: Connection, camera_id: UUID, *, for_update: bool = False) -> StateRecord:
    """What is remembered of a camera; of a new one nothing. `for_update`: other replicas wait until this transaction ends."""
    if for_update and connection.dialect.name == "postgresql":
        # A row that is not there cannot be locked.
        new = insert_for("postgresql", camera_states).values(values_of(camera_states, StateRecord(camera_id)))
        connection.execute(new.on_conflict_do_nothing())
    query = select(camera_states).where(camera_states.c.camera_id == camera_id)
    row = connection.execute(query.with_for_update() if for_update else query).one_or_none()
    return StateRecord(camera_id) if row is None else StateRecord(*row)


def get_states(connection: Connection) -> dict[UUID, StateRecord]:
    """Of all cameras of which anything is remembered."""
    return {row.camera_id: StateRecord(*row) for row in connection.execute(select(camera_states))}


def put_state(connection: Connection, camera_id: UUID, **values: Any) -> None:
    """Remember these columns of a camera."""
    new = StateRecord(camera_id, **values)
    statement = insert_for(connection.dialect.name, camera_states).values(values_of(camera_states, new))
    statement = statement.on_conflict_do_update(
        index_elements=["camera_id"], set_={name: statement.excluded[name] for name in values}
    )
    connection.execute(statement)


def get_settings(connection: Connection, camera_id: UUID, version: int) -> SettingsRecord | None:
    query = select(camera_settings).where(
        camera_settings.c.camera_id == camera_id, camera_settings.c.version == version
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else SettingsRecord(*row)


def list_settings(connection: Connection, camera_id: UUID) -> list[SettingsRecord]:
    """All versions that are kept, newest first."""
    query = select(camera_settings).where(camera_settings.c.camera_id == camera_id)
    query = query.order_by(camera_settings.c.version.desc()).limit(MOST_VERSIONS)
    return [SettingsRecord(*row) for row in connection.execute(query)]


def add_settings(connection: Connection, records: Iterable[SettingsRecord]) -> None:
    """New versions, each of another camera; what is older than the newest hundred goes."""
    for record in records:
        connection.execute(insert(camera_settings), values_of(camera_settings, record))
        connection.execute(
            delete(camera_settings).where(
                camera_settings.c.camera_id == record.camera_id,
                camera_settings.c.version <= record.version - MOST_VERSIONS,
            )
        )
        put_state(
            connection,
            record.camera_id,
            settings_version=record.version,
            armed=record.settings.get("armed", True) is not False,
        )
