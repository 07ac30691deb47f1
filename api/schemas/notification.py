"""Notifications on the wire: channels, rules, settings, and the log of what became of each message."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator
from typing_extensions import TypedDict

from api.models import AlertType, ChannelKind, JobState, Phase
from api.schemas.common import Identity, Instant, InstantIn, Name, Printable, Strict

_Text = Annotated[str, Field(min_length=1, max_length=200), Printable]
_Secret = Annotated[str, Field(min_length=1, max_length=500)]
_Address = Annotated[str, Field(min_length=8, max_length=1000, pattern=r"^https?://[^\s]+$")]
_Host = Annotated[
    str, Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:_\[\]-]+$", examples=["mail.example.org"])
]
_Port = Annotated[int, Field(ge=1, le=65535)]
_Topic = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^#+\s\x00]+$", examples=["picam/alerts"])]
_Mailbox = Annotated[str, Field(min_length=3, max_length=254, pattern=r"^[^\s@<>,;]+@[^\s@<>,;]+$")]
_Key = Annotated[str, Field(min_length=8, max_length=200, pattern=r"^[A-Za-z0-9_-]+=*$")]
_Minute = Annotated[int, Field(ge=0, le=1439, description="Minute of the site's day.")]


class WebPushConfig(Strict):
    """A browser's push subscription, as the browser gives it."""

    kind: Literal["web_push"]
    endpoint: Annotated[str, Field(min_length=8, max_length=1000, pattern=r"^https?://[^\s]+$")]
    p256dh: _Key
    auth: _Key


class NtfyConfig(Strict):
    """A topic of an ntfy server."""

    kind: Literal["ntfy"]
    server: _Address = "https://ntfy.sh"
    topic: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
    token: _Secret | None = None


class EmailConfig(Strict):
    """A mail server and an address. A name and password are sent over TLS only."""

    kind: Literal["email"]
    host: _Host
    port: _Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: _Secret | None = None
    password: _Secret | None = None
    sender: _Mailbox
    recipient: _Mailbox

    @model_validator(mode="after")
    def _no_password_in_clear(self) -> "EmailConfig":
        if self.security == "none" and (self.username or self.password):
            raise ValueError(
                "a name and a password are sent over TLS only: choose STARTTLS or TLS, or leave both empty"
            )
        return self


class TelegramConfig(Strict):
    """A bot and the chat that it writes to."""

    kind: Literal["telegram"]
    token: Annotated[str, Field(min_length=10, max_length=100, pattern=r"^[0-9]+:[A-Za-z0-9_-]+$")]
    chat_id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^(-?[0-9]+|@[A-Za-z0-9_]+)$")]


class WebhookConfig(Strict):
    """An address of one's own; messages are signed with the secret (Standard Webhooks)."""

    kind: Literal["webhook"]
    url: _Address
    secret: Annotated[str, Field(min_length=16, max_length=200)]


class MqttConfig(Strict):
    """A topic of an MQTT broker."""

    kind: Literal["mqtt"]
    host: _Host
    port: _Port = 1883
    tls: bool = False
    username: _Secret | None = None
    password: _Secret | None = None
    topic: _Topic = "picam/alerts"


class AppriseConfig(Strict):
    """An Apprise address, for the services that have no channel of their own."""

    kind: Literal["apprise"]
    url: Annotated[str, Field(min_length=5, max_length=1000, pattern=r"^[a-z][a-z0-9+.-]*://[^\s]*$")]


ChannelConfig = Annotated[
    WebPushConfig | NtfyConfig | EmailConfig | TelegramConfig | WebhookConfig | MqttConfig | AppriseConfig,
    Field(discriminator="kind"),
]


class NewChannel(Strict):
    """A way to reach the asking person. What is in `config` is never sent back."""

    name: Name
    config: ChannelConfig


class ChannelPatch(Strict):
    """Rename a channel, switch it off or on, or give it new settings, which also brings a dead one back."""

    name: Name | None = None
    enabled: bool | None = None
    config: ChannelConfig | None = None


class ChannelView(TypedDict):
    """A channel and how it is."""

    id: UUID
    kind: ChannelKind
    name: Annotated[str, Field(examples=["My phone"])]
    summary: Annotated[str, Field(description="Where it goes, without its secrets.", examples=["ntfy.sh/porch"])]
    enabled: bool
    created_at: Instant
    last_sent_at: Instant | None
    last_error: Annotated[str | None, Field(description="Why the last attempt failed; null once one has worked.")]
    failing_since: Instant | None
    dead: Annotated[bool, Field(description="It can never work again as it is: give it new settings.")]


class ChannelList(TypedDict):
    """The asking person's channels; at most fifty, so there is one page."""

    items: list[ChannelView]
    next_cursor: None


class NotificationRuleBody(Strict):
    """What one rule wants; null: all of them. Without any rule everything is told."""

    name: Name
    enabled: bool = True
    camera_ids: Annotated[tuple[Identity, ...], Field(max_length=1000)] | None = None
    types: Annotated[tuple[AlertType, ...], Field(max_length=32)] | None = None
    channel_ids: Annotated[tuple[Identity, ...], Field(max_length=50)] | None = None
    days: Annotated[int, Field(ge=1, le=127, description="Bit 0 is Monday.", examples=[127])] = 127
    from_minute: _Minute = 0
    until_minute: Annotated[
        int, Field(ge=0, le=1439, description="Equal to `from_minute`: all day. Earlier: over midnight.")
    ] = 0


class NotificationRule(TypedDict):
    """One rule of the asking person."""

    id: UUID
    name: str
    enabled: bool
    camera_ids: list[UUID] | None
    types: list[AlertType] | None
    channel_ids: list[UUID] | None
    days: int
    from_minute: int
    until_minute: int


class NotificationRuleList(TypedDict):
    """The asking person's rules, in the order in which they are asked; at most fifty."""

    items: list[NotificationRule]
    next_cursor: None


class RuleTrial(Strict):
    """Rules to be tried against what has happened, before they are saved."""

    rules: Annotated[tuple[NotificationRuleBody, ...], Field(max_length=50)]
    since: InstantIn
    until: InstantIn


class TriedAlert(TypedDict):
    """What would have become of one alert."""

    alert_id: UUID
    timestamp: Instant
    type: AlertType
    camera_id: UUID
    verdict: Literal["send", "update", "hold"]
    rule: Annotated[str, Field(description="The rule that wants it, or what holds it back.", examples=["same_walk"])]


class RuleTrialView(TypedDict):
    """What would have become of the alerts, oldest first; at most 500."""

    items: list[TriedAlert]
    messages: Annotated[int, Field(description="How many messages it would have been.")]
    next_cursor: None


class NotificationSettings(TypedDict):
    """How the asking person wants to be left alone."""

    quiet_from_minute: _Minute
    quiet_until_minute: Annotated[int, Field(description="Equal to `quiet_from_minute`: never quiet.")]
    hourly_budget: Annotated[int, Field(description="Messages an hour; the rest comes as one summary.")]
    snoozed_until: Instant | None
    snoozed_camera_id: Annotated[UUID | None, Field(description="Only this camera is snoozed; null: all are.")]


class NotificationSettingsPatch(Strict):
    """Change how the asking person wants to be left alone."""

    quiet_from_minute: _Minute | None = None
    quiet_until_minute: _Minute | None = None
    hourly_budget: Annotated[int, Field(ge=1, le=1000)] | None = None
    snoozed_until: InstantIn | None = None
    snoozed_camera_id: Identity | None = None


class NotificationView(TypedDict):
    """One message to a person, and what became of it."""

    id: UUID
    phase: Phase
    state: Annotated[JobState, Field(description="`queued` with `tries` above 0: it is tried again.")]
    channel_id: UUID | None
    channel_name: str | None
    alert_id: UUID | None
    camera_id: UUID | None
    thread_id: UUID | None
    rule: Annotated[str | None, Field(description="Which rule let it pass or held it back.", examples=["same_walk"])]
    created_at: Instant
    due_at: Instant
    tries: int
    finished_at: Instant | None
    seen_at: Annotated[Instant | None, Field(description="When the device said that it had shown it.")]
    http_status: int | None
    last_error: str | None


class NotificationList(TypedDict):
    """One page, newest first."""

    items: list[NotificationView]
    next_cursor: Annotated[str | None, Field(description="Give it as `cursor` for the next page; null: there is none.")]


class PushKey(TypedDict):
    """The site's VAPID key, which a browser needs to subscribe."""

    public_key: Annotated[str, Field(description="base64url, uncompressed point.")]
