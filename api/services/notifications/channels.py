"""Channels of a person: added, tried, changed, removed. Their settings are written and never read back."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import Connection

from api.clock import Clock, to_rfc3339
from api.db import Database
from api.db.job_rows import add_jobs
from api.db.notification_rows import channels_of, delete_channel, get_channel, insert_channel, update_channel
from api.errors import Conflict, Invalid, NotFound
from api.ids import uuid7
from api.models import ChannelKind, ChannelRecord, JobRecord
from api.schemas.notification import ChannelPatch, ChannelView, EmailConfig, NewChannel
from api.services.notifications.fan_out import test_job
from api.services.notifications.secret_box import SecretBox
from api.services.principal import PersonPrincipal

MOST_CHANNELS = 50
_LONGEST_SUMMARY = 160
_HERE = {"localhost", "127.0.0.1", "::1"}


class Channels:
    """Use cases of channels. `wake` is called once there is something to send."""

    def __init__(self, database: Database, box: SecretBox, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._box = box
        self._clock = clock
        self._wake = wake

    async def list(self, person: PersonPrincipal) -> list[ChannelView]:
        found = await self._database.read(lambda connection: channels_of(connection, person.user_id))
        return [channel_view(channel) for channel in found]

    async def add(self, new: NewChannel, person: PersonPrincipal) -> ChannelView:
        """Raises `Invalid`, `Conflict` (`too_many_channels`)."""
        config = _checked(new.config)
        now = self._clock.now()
        record = ChannelRecord(
            id=uuid7(now),
            user_id=person.user_id,
            kind=config["kind"],
            name=new.name,
            summary=summary_of(config),
            config=self._box.close(config),
            enabled=True,
            created_at=now,
            last_sent_at=None,
            last_error=None,
            failing_since=None,
            failures=0,
            closed_until=0,
            dead=False,
        )

        def commit(connection: Connection) -> None:
            if len(channels_of(connection, person.user_id)) >= MOST_CHANNELS:
                raise Conflict(
                    "too_many_channels", f"One person has at most {MOST_CHANNELS} channels: remove one first."
                )
            insert_channel(connection, record)

        await self._database.write(commit)
        return channel_view(record)

    async def change(self, channel_id: UUID, patch: ChannelPatch, person: PersonPrincipal) -> ChannelView:
        """New settings bring a dead channel back. Raises `NotFound`, `Invalid`."""
        values: dict[str, Any] = {}
        if patch.name is not None:
            values["name"] = patch.name
        if patch.enabled is not None:
            values["enabled"] = patch.enabled
        config = None if patch.config is None else _checked(patch.config)
        if config is not None:
            values |= {"config": self._box.close(config), "summary": summary_of(config)}
            values |= {"dead": False, "failures": 0, "closed_until": 0, "failing_since": None, "last_error": None}
        if not values:
            raise Invalid("invalid_request", "Say what to change: `name`, `enabled` or `config`.")

        def commit(connection: Connection) -> ChannelRecord:
            stored = _own(connection, channel_id, person)
            if config is not None and config["kind"] != stored.kind:
                raise Invalid("invalid_request", f"This channel is of the kind {stored.kind}: add a new one instead.")
            update_channel(connection, channel_id, **values)
            return _own(connection, channel_id, person)

        return channel_view(await self._database.write(commit))

    async def remove(self, channel_id: UUID, person: PersonPrincipal) -> None:
        """Raises `NotFound`."""

        def commit(connection: Connection) -> None:
            _own(connection, channel_id, person)
            delete_channel(connection, channel_id)

        await self._database.write(commit)

    async def test(self, channel_id: UUID, person: PersonPrincipal) -> UUID:
        """Send a message by the same way as every other; the id under which the log shows what happened."""
        now = self._clock.now()

        def commit(connection: Connection) -> JobRecord:
            job = test_job(_own(connection, channel_id, person), now)
            add_jobs(connection, [job])
            return job

        job = await self._database.write(commit)
        self._wake()
        return job.id


def channel_view(channel: ChannelRecord) -> ChannelView:
    return {
        "id": channel.id,
        "kind": ChannelKind(channel.kind),
        "name": channel.name,
        "summary": channel.summary,
        "enabled": channel.enabled,
        "created_at": to_rfc3339(channel.created_at),
        "last_sent_at": None if channel.last_sent_at is None else to_rfc3339(channel.last_sent_at),
        "last_error": channel.last_error,
        "failing_since": None if channel.failing_since is None else to_rfc3339(channel.failing_since),
        "dead": channel.dead,
    }


def summary_of(config: Mapping[str, Any]) -> str:
    """Where a channel goes, in words that give no secret away."""
    kind = config["kind"]
    if kind == "web_push":
        text = urlsplit(config["endpoint"]).hostname or ""
    elif kind == "ntfy":
        text = urlsplit(config["server"]).hostname or ""
    elif kind == "email":
        text = config["recipient"]
    elif kind == "webhook":
        text = urlsplit(config["url"]).hostname or ""
    elif kind == "mqtt":
        text = f"{config['host']}:{config['port']} {config['topic']}"
    elif kind == "apprise":
        text = config["url"].partition("://")[0]
    else:
        text = f"chat {config['chat_id']}"
    return text[:_LONGEST_SUMMARY]


def _checked(config: Any) -> dict[str, Any]:
    if isinstance(config, EmailConfig) and config.password and config.security == "none" and config.host not in _HERE:
        raise Invalid("invalid_request", "A password is sent over TLS only: choose `starttls` or `tls`.")
    values: dict[str, Any] = config.model_dump(mode="json")
    return values


def _own(connection: Connection, channel_id: UUID, person: PersonPrincipal) -> ChannelRecord:
    channel = get_channel(connection, channel_id)
    if channel is None or channel.user_id != person.user_id:
        raise NotFound("not_found", "There is no channel with this id.")
    return channel
