"""The port between the server and whatever carries a message to a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from api.models import Phase


@dataclass(frozen=True, slots=True)
class Message:
    """One message, in words. `picture` is a JPEG; `path` is the page of the viewer that shows more, `link` its whole
    address where the server knows its own. Messages of one `thread_id` replace each other where a channel can do so."""

    id: UUID
    phase: Phase
    thread_id: UUID
    title: str
    text: str
    path: str
    link: str | None
    picture: bytes | None
    urgent: bool
    expires_in_seconds: int
    alert: Mapping[str, Any] | None = None
    camera_name: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the other side said when it took the message over."""

    http_status: int | None = None


class NotSent(Exception):
    """The message was not taken over. `reason` is a sentence without secrets that a person can read."""

    def __init__(self, reason: str, http_status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.http_status = http_status


class TryLater(NotSent):
    """It may work later; not before `after_seconds` where the other side said so."""

    def __init__(self, reason: str, http_status: int | None = None, after_seconds: float | None = None) -> None:
        super().__init__(reason, http_status)
        self.after_seconds = after_seconds


class Refused(NotSent):
    """This message will never be taken; another one may be."""


class Gone(NotSent):
    """Nothing will ever reach anybody this way again: the address is gone, or the password is wrong."""


class Notifier(Protocol):
    """One way to send messages.

    Atomicity: `send` returns once the other side has taken the whole message over; after an error it may have done so,
    too, so a message may arrive twice, and carries `message.id` for that. Ordering: none; the caller sends the messages
    of a channel one after the other. Failure: raises `TryLater`, `Refused` or `Gone`, nothing else, within
    `SEND_SECONDS`. A call never waits for another one.
    """

    replaces: bool
    """Whether a message takes the place of the thread's earlier one on the person's screen."""

    async def send(self, config: Mapping[str, Any], message: Message) -> Receipt: ...


SEND_SECONDS = 10.0
"""The longest that one attempt may take."""
