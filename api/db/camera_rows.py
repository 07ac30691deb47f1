"""SQL of cameras. Functions of a connection, to be run by `Database.read` or `Database.write`."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from api.errors import Invalid
from api.models import CameraRecord, alerts, cameras, images
from api.models.base import values_of

MOST_CAMERAS = 1000


@dataclass(frozen=True, slots=True)
class CameraOverview:
    """A camera with what it last did; found through the indexes, so that no upload has to update the camera."""

    camera: CameraRecord
    last_alert_at: int | None
    latest_image_id: UUID | None


def find_camera_by_token(connection: Connection, token_hash: bytes) -> CameraRecord | None:
    row = connection.execute(select(cameras).where(cameras.c.token_hash == token_hash)).one_or_none()
    return None if row is None else CameraRecord(*row)


def insert_camera(connection: Connection, record: CameraRecord) -> None:
    connection.execute(insert(cameras), values_of(cameras, record))


def update_camera(connection: Connection, camera_id: UUID, **values: object) -> None:
    connection.execute(update(cameras).where(cameras.c.id == camera_id).values(**values))


def require_camera(connection: Connection, camera_id: UUID) -> None:
    """Raises `Invalid` (`unknown_camera`) unless there is such a camera."""
    if connection.execute(select(cameras.c.id).where(cameras.c.id == camera_id)).first() is None:
        raise Invalid("unknown_camera", "There is no camera with this `camera_id`: GET /cameras lists them.")


def count_cameras(connection: Connection) -> int:
    return len(connection.execute(select(cameras.c.id).limit(MOST_CAMERAS + 1)).all())


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
    query = select(cameras, last_alert, latest_image).order_by(cameras.c.name, cameras.c.id).limit(MOST_CAMERAS)
    if camera_id is not None:
        query = query.where(cameras.c.id == camera_id)
    return [CameraOverview(CameraRecord(*row[:-2]), row[-2], row[-1]) for row in connection.execute(query)]
