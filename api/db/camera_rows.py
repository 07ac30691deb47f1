"""SQL of cameras. Functions of a connection, to be run by `Database.read` or `Database.write`."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from api.errors import Invalid
from api.models import (
    SERVER_ID,
    CameraRecord,
    StateRecord,
    TokenState,
    alerts,
    camera_states,
    camera_tokens,
    cameras,
    images,
)
from api.models.base import values_of

MOST_CAMERAS = 1000


@dataclass(frozen=True, slots=True)
class CameraOverview:
    """A camera with what it last did; found through the indexes, so that no upload has to update the camera."""

    camera: CameraRecord
    last_alert_at: int | None
    latest_image_id: UUID | None
    state: StateRecord
    revoked_at: int | None


def find_camera_by_token(connection: Connection, token_hash: bytes) -> CameraRecord | None:
    row = connection.execute(select(cameras).where(cameras.c.token_hash == token_hash)).one_or_none()
    return None if row is None else CameraRecord(*row)


def insert_camera(connection: Connection, record: CameraRecord) -> None:
    connection.execute(insert(cameras), values_of(cameras, record))


def update_camera(connection: Connection, camera_id: UUID, **values: object) -> None:
    connection.execute(update(cameras).where(cameras.c.id == camera_id).values(**values))


def require_camera(connection: Connection, camera_id: UUID) -> None:
    """Raises `Invalid` (`unknown_camera`) unless there is such a camera."""
    known = connection.execute(select(cameras.c.id).where(cameras.c.id == camera_id)).first()
    if known is None or camera_id == SERVER_ID:
        raise Invalid("unknown_camera", "There is no camera with this `camera_id`: GET /cameras lists them.")


def count_cameras(connection: Connection) -> int:
    query = select(cameras.c.id).where(cameras.c.id != SERVER_ID)
    return len(connection.execute(query.limit(MOST_CAMERAS + 1)).all())


def overviews(connection: Connection, camera_id: UUID | None = None) -> list[CameraOverview]:
    """All cameras by name (at most `MOST_CAMERAS`), or the one named."""
    last_alert = (
        select(alerts.c.timestamp)
        .where(alerts.c.camera_id == cameras.c.id)
        .order_by(alerts.c.timestamp.desc(), alerts.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    latest_image = (
        select(images.c.id)
        .where(images.c.camera_id == cameras.c.id)
        .order_by(images.c.timestamp.desc(), images.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    revoked = (
        select(func.max(camera_tokens.c.changed_at))
        .where(camera_tokens.c.camera_id == cameras.c.id, camera_tokens.c.state == TokenState.REVOKED.value)
        .scalar_subquery()
    )
    joined = cameras.outerjoin(camera_states, camera_states.c.camera_id == cameras.c.id)
    query = select(cameras, last_alert, latest_image, revoked, *camera_states.c).select_from(joined)
    query = query.where(cameras.c.id != SERVER_ID)
    query = query.order_by(cameras.c.name, cameras.c.id).limit(MOST_CAMERAS)
    if camera_id is not None:
        query = query.where(cameras.c.id == camera_id)
    return [_overview(tuple(row)) for row in connection.execute(query)]


def _overview(row: tuple[Any, ...]) -> CameraOverview:
    width = len(cameras.c)
    record = CameraRecord(*row[:width])
    last_alert_at, latest_image_id, revoked_at, *state = row[width:]
    known = StateRecord(*state) if state[0] is not None else StateRecord(record.id)
    return CameraOverview(record, last_alert_at, latest_image_id, known, revoked_at)
