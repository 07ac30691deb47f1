"""What lies in the spool: one item per record, its files, and the order in which items leave.

Files of one event stand in a directory of its own (named by the alert's id): `open.json`, `end.json`, `key.json`, and per
picture `<image id>.jpg`, `<image id>.thumb.jpg`, `<image id>.json`; the JSON is written last and removed first, it makes
the item exist. `open.json` becomes `opened.json` once delivered and stays until the end is delivered, so that an alert that
a crash left open can be ended at the next start.
"""

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from auxiliary.records import AlertEnded, AlertOpened, KeyPicture, Picture, Record

OPEN, OPENED, END, KEY = "open", "opened", "end", "key"


class Priority(IntEnum):
    """What is sent first, and dropped last. Between items of one priority the newest event goes first."""

    ALERT_OPENED = 0
    FIRST_PICTURE = 1
    ALERT_ENDED = 2
    KEY_PICTURE = 3
    KEY_CHOICE = 4
    PICTURE = 5
    CLIP = 6


LEAST = max(Priority)


class FileFacts(BaseModel):
    """Size and digest of a file as it was captured: what the card gives back later is compared with it."""

    model_config = ConfigDict(frozen=True)
    size_bytes: int
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> "FileFacts":
        return cls(size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())

    def matches(self, data: bytes) -> bool:
        return self == FileFacts.of(data)


class Envelope(BaseModel):
    """The JSON beside the files."""

    model_config = ConfigDict(frozen=True)
    record: Record
    file: FileFacts | None = None
    thumbnail: FileFacts | None = None

    @classmethod
    def load(cls, path: Path) -> "Envelope | None":
        """What the file says, or None when it is unreadable or not ours."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return None


@dataclass(frozen=True, slots=True)
class Item:
    """One record waiting in the spool. `size_bytes` is what its files take on the card."""

    event: str
    name: str
    envelope: Envelope
    size_bytes: int

    @property
    def key(self) -> tuple[str, str]:
        return self.event, self.name

    @property
    def record(self) -> Record:
        return self.envelope.record

    @property
    def priority(self) -> Priority:
        return priority_of(self.record)

    @property
    def waits_for(self) -> tuple[tuple[str, str], ...]:
        """The items that must have left before this one means anything to the server."""
        match self.record:
            case AlertEnded():
                return ((self.event, OPEN),)
            case KeyPicture(image_id=image_id):
                return (self.event, OPEN), (self.event, image_id)
        return ()


def priority_of(record: Record) -> Priority:
    """The place of a record in the queue."""
    match record:
        case AlertOpened():
            return Priority.ALERT_OPENED
        case AlertEnded():
            return Priority.ALERT_ENDED
        case KeyPicture():
            return Priority.KEY_CHOICE
        case Picture(role="first"):
            return Priority.FIRST_PICTURE
        case Picture(role="key"):
            return Priority.KEY_PICTURE
    return Priority.PICTURE


def place_of(record: Record) -> tuple[str, str]:
    """The event directory and the name of a record's files."""
    match record:
        case AlertOpened(alert_id=alert_id):
            return alert_id, OPEN
        case AlertEnded(alert_id=alert_id):
            return alert_id, END
        case KeyPicture(alert_id=alert_id):
            return alert_id, KEY
        case Picture(alert_id=alert_id, image_id=image_id):
            return alert_id or image_id, image_id


def envelope_json(envelope: Envelope) -> bytes:
    """The bytes that `Envelope.load` reads back."""
    return envelope.model_dump_json(exclude_none=True).encode()


def suffix_of(record: Record) -> str:
    """How the name of a record's own file ends: a new kind of record with a file says it here, and has its priority above."""
    return ".jpg"


def captured_ns(record: Record) -> int:
    """Wall time of a record in nanoseconds, 0 where it has none: the order within one event."""
    return 0 if isinstance(record, KeyPicture) else record.stamp.wall_ns
