"""What the server remembers of a camera between two heartbeats: what it made of its settings, and its faults."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table

from api.models.base import Id, JsonText, metadata

camera_states = Table(
    "camera_states",
    metadata,
    Column("camera_id", Id, ForeignKey("cameras.id", ondelete="CASCADE"), primary_key=True),
    # The newest version of its settings (0: nobody has changed any) and whether that arms it, so that no list looks for it.
    Column("settings_version", Integer, nullable=False),
    Column("armed", Boolean, nullable=False),
    # The camera's last word on its settings, as `SettingsReport`.
    Column("settings_report", JsonText),
    # By kind of fault: since when, which alert stands for it; see `services/fault_rules.py`.
    Column("faults", JsonText),
    # The newest silence: from when to when, and its alert.
    Column("silence", JsonText),
)

HEALTH_SAMPLE_SECONDS = 300

health_samples = Table(
    "health_samples",
    metadata,
    Column("camera_id", Id, ForeignKey("cameras.id", ondelete="CASCADE"), primary_key=True),
    Column("started_at", BigInteger, primary_key=True, autoincrement=False),
    Column("online_seconds", Float, nullable=False),
    # The worst of these minutes, not their mean: that is what one looks for.
    Column("health", JsonText),
    Index("ix_health_samples_started_at", "started_at"),
)

boots = Table(
    "boots",
    metadata,
    Column("camera_id", Id, ForeignKey("cameras.id", ondelete="CASCADE"), primary_key=True),
    Column("boot_id", String(64), primary_key=True),
    # Wall time (microseconds) at which the monotonic clock of this boot stood at zero.
    Column("started_at", BigInteger, nullable=False),
    Column("uncertainty_seconds", Float, nullable=False),
    Column("learned_at", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class StateRecord:
    """A row of `camera_states`, fields in the order of the columns."""

    camera_id: UUID
    settings_version: int = 0
    armed: bool = True
    settings_report: dict[str, Any] | None = None
    faults: dict[str, Any] | None = field(default=None)
    silence: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """A row of `health_samples`, fields in the order of the columns."""

    camera_id: UUID
    started_at: int
    online_seconds: float
    health: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class BootRecord:
    """A row of `boots`, fields in the order of the columns."""

    camera_id: UUID
    boot_id: str
    started_at: int
    uncertainty_seconds: float
    learned_at: int
