"""A camera: one Pi (or other device) with a credential of its own, of which only the hash is kept."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from api.models.base import Id, JsonText, metadata

SERVER_ID = UUID("00000000-0000-7000-8000-000000000001")
"""Stands for the server itself in the `camera_id` of its own alerts; no camera has it, no list of cameras shows it."""

cameras = Table(
    "cameras",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger),
    Column("agent_version", String(64)),
    Column("health", JsonText),
    # Null: as the site has it.
    Column("retention_days", Integer),
    Column("retention_bytes", BigInteger),
)


@dataclass(frozen=True, slots=True)
class CameraRecord:
    """A row of `cameras`, fields in the order of the columns."""

    id: UUID
    name: str
    token_hash: bytes
    created_at: int
    last_seen_at: int | None
    agent_version: str | None
    health: dict[str, Any] | None
    retention_days: int | None = None
    retention_bytes: int | None = None
