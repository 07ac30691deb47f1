"""How a camera got, gets and loses its credential: pairings that wait for a camera, and tokens beside the current one."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, String, Table

from api.models.base import Id, metadata


class PairingKind(StrEnum):
    """`typed`: a short code for ten minutes. `card`: a long one for a day, on a card whose first start takes a while."""

    TYPED = "typed"
    CARD = "card"


class TokenState(StrEnum):
    """`next` is good and takes over at its first use; the others are good for nothing but for saying so."""

    NEXT = "next"
    REVOKED = "revoked"
    REPLACED = "replaced"


pairings = Table(
    "pairings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("code_hash", LargeBinary(32), nullable=False, unique=True),
    Column("name", String(80)),
    # The camera that the new device takes the place of; null: a camera of its own.
    Column("replaces_id", Id, ForeignKey("cameras.id", ondelete="CASCADE")),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    # Set by the one claim.
    Column("claimed_at", BigInteger),
    Column("claim_hash", LargeBinary(32)),
    Column("camera_id", Id, ForeignKey("cameras.id", ondelete="CASCADE")),
    Index("ix_pairings_expires_at", "expires_at"),
)

camera_tokens = Table(
    "camera_tokens",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("camera_id", Id, ForeignKey("cameras.id", ondelete="CASCADE"), nullable=False),
    Column("state", String(8), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Index("ix_camera_tokens_camera_id_state", "camera_id", "state"),
)


@dataclass(frozen=True, slots=True)
class PairingRecord:
    """A row of `pairings`, fields in the order of the columns."""

    id: UUID
    kind: str
    code_hash: bytes
    name: str | None
    replaces_id: UUID | None
    created_at: int
    expires_at: int
    claimed_at: int | None = None
    claim_hash: bytes | None = None
    camera_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CameraTokenRecord:
    """A row of `camera_tokens`, fields in the order of the columns."""

    token_hash: bytes
    camera_id: UUID
    state: str
    changed_at: int
