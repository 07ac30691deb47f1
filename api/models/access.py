"""Ways in besides a password: invitations, scripts' tokens, share links, passkeys. Of every secret only the hash is kept."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, String, Table

from api.models.base import Id, JsonText, metadata


class Scope(StrEnum):
    """What a script's token may do: what a viewer, a member or an admin may, and never more than its person."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


invitations = Table(
    "invitations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("camera_ids", JsonText),
    Column("note", String(80), nullable=False),
    Column("created_by", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("ix_invitations_created_by", "created_by"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("scope", String(16), nullable=False),
    Column("camera_ids", JsonText),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Index("ix_tokens_user_id", "user_id"),
)

shares = Table(
    "shares",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("camera_id", Id, nullable=False),
    # Exactly one of the two. No foreign key: what is deleted can be brought back, and its link with it.
    Column("alert_id", Id),
    Column("image_id", Id),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Index("ix_shares_user_id", "user_id"),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("credential_id", LargeBinary(1024), nullable=False, unique=True),
    Column("public_key", LargeBinary(2048), nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Index("ix_passkeys_user_id", "user_id"),
)


@dataclass(frozen=True, slots=True)
class InvitationRecord:
    """A row of `invitations`, fields in the order of the columns. A used or revoked one has no row any more."""

    id: UUID
    token_hash: bytes
    role: str
    camera_ids: list[str] | None
    note: str
    created_by: UUID
    created_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A row of `tokens`, fields in the order of the columns."""

    id: UUID
    user_id: UUID
    name: str
    token_hash: bytes
    scope: str
    camera_ids: list[str] | None
    created_at: int
    expires_at: int
    last_used_at: int | None


@dataclass(frozen=True, slots=True)
class ShareRecord:
    """A row of `shares`, fields in the order of the columns."""

    id: UUID
    token_hash: bytes
    user_id: UUID
    camera_id: UUID
    alert_id: UUID | None
    image_id: UUID | None
    created_at: int
    expires_at: int
    last_used_at: int | None


@dataclass(frozen=True, slots=True)
class PasskeyRecord:
    """A row of `passkeys`, fields in the order of the columns."""

    id: UUID
    user_id: UUID
    name: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    created_at: int
    last_used_at: int | None
