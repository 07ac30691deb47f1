"""One motion episode, or one fault, of one camera; and which person has reviewed it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from api.models.base import Id, metadata


class AlertType(StrEnum):
    """Why the alert was raised. The list only grows."""

    MOTION = "motion"
    PIR = "pir"
    PERSON = "person"
    VEHICLE = "vehicle"
    ANIMAL = "animal"
    TAMPER = "tamper"
    OFFLINE = "offline"
    HOT = "hot"
    LOW_VOLTAGE = "low_voltage"
    DISK = "disk"
    CLOCK = "clock"
    MANUAL = "manual"


alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("timestamp", BigInteger, nullable=False),
    Column("type", String(16), nullable=False),
    Column("camera_id", Id, ForeignKey("cameras.id"), nullable=False),
    Column("ended_at", BigInteger),
    Column("score", Float),
    # Kept in the transaction that adds the picture, so that no list ever counts.
    Column("image_count", Integer, nullable=False),
    Column("key_image_id", Id),
    # The score of the key image while the server chooses it; null once the camera has chosen.
    Column("key_image_score", Float),
    Column("starred", Boolean, nullable=False),
    Column("clock_synchronized", Boolean, nullable=False),
    Column("reported_timestamp", BigInteger),
    Column("boot_id", Text),
    Column("monotonic_seconds", Float),
    Column("received_at", BigInteger, nullable=False),
    Index("ix_alerts_timestamp_id", "timestamp", "id"),
    Index("ix_alerts_camera_id_timestamp_id", "camera_id", "timestamp", "id"),
    Index("ix_alerts_type_timestamp_id", "type", "timestamp", "id"),
    Index("ix_alerts_camera_id_type_timestamp_id", "camera_id", "type", "timestamp", "id"),
)
Index(
    "ix_alerts_starred",
    alerts.c.timestamp,
    alerts.c.id,
    sqlite_where=alerts.c.starred.is_(True),
    postgresql_where=alerts.c.starred.is_(True),
)

reviews = Table(
    "reviews",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("alert_id", Id, ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    Column("reviewed_at", BigInteger, nullable=False),
    Index("ix_reviews_alert_id", "alert_id"),
)


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """A row of `alerts`, fields in the order of the columns."""

    id: UUID
    timestamp: int
    type: str
    camera_id: UUID
    ended_at: int | None
    score: float | None
    image_count: int
    key_image_id: UUID | None
    key_image_score: float | None
    starred: bool
    clock_synchronized: bool
    reported_timestamp: int | None
    boot_id: str | None
    monotonic_seconds: float | None
    received_at: int
