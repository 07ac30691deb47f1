"""Who did what, when, and from where. Rows are added and never changed: triggers of the database see to it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, String, Table

from api.models.base import Id, JsonText, metadata


class AuditAction(StrEnum):
    """What was done. The list only grows."""

    OWNER_SET = "owner_set"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_LOCKED = "sign_in_locked"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word, no password
    PASSWORD_RESET = "password_reset"  # noqa: S105
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    USER_CREATED = "user_created"
    USER_CHANGED = "user_changed"
    USER_REMOVED = "user_removed"
    USER_RESTORED = "user_restored"
    INVITATION_CREATED = "invitation_created"
    INVITATION_REVOKED = "invitation_revoked"
    INVITATION_USED = "invitation_used"
    TOKEN_CREATED = "token_created"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    SHARE_CREATED = "share_created"
    SHARE_REVOKED = "share_revoked"
    SHARE_VIEWED = "share_viewed"
    CAMERA_CREATED = "camera_created"
    CAMERA_CHANGED = "camera_changed"
    CAMERA_PAIRED = "camera_paired"
    CAMERA_REVOKED = "camera_revoked"
    SETTINGS_CHANGED = "settings_changed"
    DELETED = "deleted"
    DELETION_UNDONE = "deletion_undone"
    EXPORTED = "exported"
    AUDIT_EXPORTED = "audit_exported"


audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", BigInteger, nullable=False),
    # `person:ID`, `token:ID`, `camera:ID`, `command` or `nobody`: the text stays when they are gone.
    Column("actor", String(64), nullable=False),
    Column("actor_name", String(80), nullable=False),
    Column("action", String(32), nullable=False),
    Column("target", String(80)),
    Column("details", JsonText),
    Column("address", String(64)),
    Index("ix_audit_at_id", "at", "id"),
)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """A row of `audit`, fields in the order of the columns."""

    id: UUID
    at: int
    actor: str
    actor_name: str
    action: str
    target: str | None
    details: dict[str, Any] | None
    address: str | None
