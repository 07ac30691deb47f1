"""What people want of a camera, version by version, and what the camera has made of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table

from api.models.base import Id, JsonText, metadata

camera_settings = Table(
    "camera_settings",
    metadata,
    Column("camera_id", Id, ForeignKey("cameras.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    # Only what differs from the camera's own settings file.
    Column("settings", JsonText, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    # No foreign key: the history outlives who made it.
    Column("user_id", Id),
    Column("user_name", String(80)),
    Column("restored_from", Integer),
)


@dataclass(frozen=True, slots=True)
class SettingsRecord:
    """A row of `camera_settings`, fields in the order of the columns."""

    camera_id: UUID
    version: int
    settings: dict[str, Any]
    created_at: int
    user_id: UUID | None
    user_name: str | None
    restored_from: int | None
