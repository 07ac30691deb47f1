"""One motion episode, or one fault, of one camera; and which person has reviewed it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from api.models.base import Id, JsonText, metadata


class Verdict(StrEnum):
    """What a person says the alert was. The list only grows."""

    ALARM = "alarm"
    NOT_AN_ALARM = "not_an_alarm"


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
    SENSOR = "sensor"
    CAMERA_FAILED = "camera_failed"
    PICTURES_LOST = "pictures_lost"
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
    # How far off `timestamp` may be; null: nobody can say.
    Column("time_uncertainty_seconds", Float),
    # What it means: a word for programs, and figures. Faults have it.
    Column("detail", JsonText),
    # When the sensor spoke, where the camera says so; `timestamp` is when the camera decided.
    Column("triggered_at", BigInteger),
    Column("verdict", String(16)),
    Column("tags", JsonText),
    Column("note", Text),
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
Index(
    "ix_alerts_unsynchronized",
    alerts.c.camera_id,
    alerts.c.boot_id,
    sqlite_where=alerts.c.clock_synchronized.is_(False),
    postgresql_where=alerts.c.clock_synchronized.is_(False),
)
Index(
    "ix_alerts_starred_camera_id",
    alerts.c.camera_id,
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
    # The alert's own, repeated: what a person has reviewed is listed through these indexes.
    Column("timestamp", BigInteger, nullable=False),
    Column("camera_id", Id, nullable=False),
    Index("ix_reviews_alert_id", "alert_id"),
    Index("ix_reviews_user_id_timestamp_alert_id", "user_id", "timestamp", "alert_id"),
    Index("ix_reviews_user_id_camera_id_timestamp_alert_id", "user_id", "camera_id", "timestamp", "alert_id"),
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
    time_uncertainty_seconds: float | None = None
    detail: dict[str, Any] | None = None
    triggered_at: int | None = None
    verdict: str | None = None
    tags: list[str] | None = None
    note: str | None = None
