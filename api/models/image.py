"""One still picture. The row is the commit point of an upload: a file without a row does not exist."""

from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
)

from api.models.base import Id, JsonText, metadata


class ImageState(IntEnum):
    """What decoding has shown. `PENDING` rows are the durable work list of the decoding worker."""

    PENDING = 0
    GOOD = 1
    DAMAGED = 2


images = Table(
    "images",
    metadata,
    Column("id", Id, primary_key=True),
    Column("timestamp", BigInteger, nullable=False),
    Column("filename", String(80), nullable=False),
    Column("camera_id", Id, ForeignKey("cameras.id"), nullable=False),
    # No foreign key: a picture may arrive before its alert and is linked when the alert comes.
    Column("alert_id", Id),
    Column("received_at", BigInteger, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("score", Float),
    Column("motion_boxes", JsonText),
    Column("labels", JsonText),
    Column("starred", Boolean, nullable=False),
    Column("clock_synchronized", Boolean, nullable=False),
    # What the camera's clock said, where it was not credible and `timestamp` holds our estimate instead.
    Column("reported_timestamp", BigInteger),
    Column("boot_id", Text),
    Column("monotonic_seconds", Float),
    Column("state", SmallInteger, nullable=False),
    Column("thumbnail_stored", Boolean, nullable=False),
    Column("average_color", Integer),
    # How far off `timestamp` may be; null: nobody can say.
    Column("time_uncertainty_seconds", Float),
    Index("ix_images_timestamp_id", "timestamp", "id"),
    Index("ix_images_camera_id_timestamp_id", "camera_id", "timestamp", "id"),
    Index("ix_images_alert_id_timestamp_id", "alert_id", "timestamp", "id"),
)
Index(
    "ix_images_pending",
    images.c.received_at,
    sqlite_where=images.c.state == ImageState.PENDING.value,
    postgresql_where=images.c.state == ImageState.PENDING.value,
)
Index(
    "ix_images_starred",
    images.c.timestamp,
    images.c.id,
    sqlite_where=images.c.starred.is_(True),
    postgresql_where=images.c.starred.is_(True),
)
Index(
    "ix_images_unsynchronized",
    images.c.camera_id,
    images.c.boot_id,
    sqlite_where=images.c.clock_synchronized.is_(False),
    postgresql_where=images.c.clock_synchronized.is_(False),
)
Index(
    "ix_images_starred_camera_id",
    images.c.camera_id,
    images.c.timestamp,
    images.c.id,
    sqlite_where=images.c.starred.is_(True),
    postgresql_where=images.c.starred.is_(True),
)

image_labels = Table(
    "image_labels",
    metadata,
    Column("label", String(64), primary_key=True),
    Column("image_id", Id, ForeignKey("images.id", ondelete="CASCADE"), primary_key=True),
    # The image's own, repeated: a list of one label walks these indexes, however rare the label is with what else is asked.
    Column("timestamp", BigInteger, nullable=False),
    Column("camera_id", Id, nullable=False),
    Column("starred", Boolean, nullable=False),
    Index("ix_image_labels_image_id", "image_id"),
    Index("ix_image_labels_label_timestamp_image_id", "label", "timestamp", "image_id"),
    Index("ix_image_labels_label_camera_id_timestamp_image_id", "label", "camera_id", "timestamp", "image_id"),
)
for _name, _columns in (
    ("ix_image_labels_starred", ("label", "timestamp", "image_id")),
    ("ix_image_labels_starred_camera_id", ("label", "camera_id", "timestamp", "image_id")),
):
    Index(
        _name,
        *(image_labels.c[column] for column in _columns),
        sqlite_where=image_labels.c.starred.is_(True),
        postgresql_where=image_labels.c.starred.is_(True),
    )


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """A row of `images`, fields in the order of the columns. `average_color` is 0xRRGGBB."""

    id: UUID
    timestamp: int
    filename: str
    camera_id: UUID
    alert_id: UUID | None
    received_at: int
    size_bytes: int
    width: int
    height: int
    sha256: bytes
    score: float | None
    motion_boxes: list[list[float]] | None
    labels: list[str] | None
    starred: bool
    clock_synchronized: bool
    reported_timestamp: int | None
    boot_id: str | None
    monotonic_seconds: float | None
    state: int
    thumbnail_stored: bool
    average_color: int | None
    time_uncertainty_seconds: float | None = None
