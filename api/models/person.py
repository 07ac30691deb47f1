"""People and their signed-in browsers. Passwords are Argon2 hashes, session tokens SHA-256 hashes."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, String, Table, Text

from api.models.base import Id, JsonText, metadata


class Role(StrEnum):
    """What a person may do: `viewer` looks, `member` also stars, deletes and shares, `admin` also manages cameras and people."""

    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"


users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(64), nullable=False),
    # The name as compared at sign-in (case folded, normalised): "Ann" and "ann" are one person.
    Column("name_key", String(256), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    # The cameras this person may see, as texts; null: all of them.
    Column("camera_ids", JsonText),
    # Removed, and until it is purged brought back by an undo.
    Column("removed_at", BigInteger),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("user_agent", String(256)),
    Index("ix_sessions_user_id", "user_id"),
    Index("ix_sessions_expires_at", "expires_at"),
)


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A row of `users`, fields in the order of the columns."""

    id: UUID
    name: str
    name_key: str
    password_hash: str
    role: str
    created_at: int
    camera_ids: list[str] | None = None
    removed_at: int | None = None


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A row of `sessions`, fields in the order of the columns."""

    token_hash: bytes
    user_id: UUID
    created_at: int
    last_seen_at: int
    expires_at: int
    user_agent: str | None
