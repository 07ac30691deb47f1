"""How each person wants to be told: channels, rules, quiet times. And the site's secrets, encrypted."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
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


class ChannelKind(StrEnum):
    """Ways to reach a person. The list only grows."""

    WEB_PUSH = "web_push"
    NTFY = "ntfy"
    EMAIL = "email"
    TELEGRAM = "telegram"
    WEBHOOK = "webhook"
    MQTT = "mqtt"
    APPRISE = "apprise"


channels = Table(
    "channels",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(80), nullable=False),
    # Where it goes, in words that give no secret away.
    Column("summary", String(160), nullable=False),
    # Addresses and passwords: encrypted JSON, never sent back.
    Column("config", LargeBinary, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_sent_at", BigInteger),
    Column("last_error", Text),
    Column("failing_since", BigInteger),
    Column("failures", Integer, nullable=False),
    # While it fails: not tried again before.
    Column("closed_until", BigInteger, nullable=False),
    # It can never work again as it is: its owner has been told.
    Column("dead", Boolean, nullable=False),
    Index("ix_channels_user_id", "user_id"),
)

notification_rules = Table(
    "notification_rules",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("enabled", Boolean, nullable=False),
    # Null: all of them.
    Column("camera_ids", JsonText),
    Column("types", JsonText),
    Column("channel_ids", JsonText),
    # Bit 0 is Monday.
    Column("days", SmallInteger, nullable=False),
    # Minutes of the site's day; equal: all day; from after until: over midnight.
    Column("from_minute", SmallInteger, nullable=False),
    Column("until_minute", SmallInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_notification_rules_user_id", "user_id"),
)

notification_settings = Table(
    "notification_settings",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    # Minutes of the site's day; equal: never quiet.
    Column("quiet_from_minute", SmallInteger, nullable=False),
    Column("quiet_until_minute", SmallInteger, nullable=False),
    Column("hourly_budget", Integer, nullable=False),
    Column("snoozed_until", BigInteger),
    Column("snoozed_camera_id", Id),
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True)
class ChannelRecord:
    """A row of `channels`, fields in the order of the columns."""

    id: UUID
    user_id: UUID
    kind: str
    name: str
    summary: str
    config: bytes
    enabled: bool
    created_at: int
    last_sent_at: int | None
    last_error: str | None
    failing_since: int | None
    failures: int
    closed_until: int
    dead: bool


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """A row of `notification_rules`, fields in the order of the columns."""

    id: UUID
    user_id: UUID
    name: str
    enabled: bool
    camera_ids: list[str] | None
    types: list[str] | None
    channel_ids: list[str] | None
    days: int
    from_minute: int
    until_minute: int
    created_at: int


@dataclass(frozen=True, slots=True)
class NotificationSettingsRecord:
    """A row of `notification_settings`, fields in the order of the columns."""

    user_id: UUID
    quiet_from_minute: int = 0
    quiet_until_minute: int = 0
    hourly_budget: int = 20
    snoozed_until: int | None = None
    snoozed_camera_id: UUID | None = None
