"""What goes into the spool and what it says of itself; its limits."""

from dataclasses import dataclass

from auxiliary.records import Record
from auxiliary.spool.items import Envelope, FileFacts, Item, envelope_json, place_of


class SpoolFullError(Exception):
    """There is no room for the newcomer and nothing less important to give up for it."""


@dataclass(frozen=True, slots=True)
class SpoolLimits:
    """`most_bytes` the queue may take; `free_bytes` that stay free on the card (at most a twentieth of it); `day_bytes` that
    may be written in a day before ordinary pictures are kept in memory instead (0: no limit)."""

    most_bytes: int = 1 << 30
    free_bytes: int = 128 << 20
    day_bytes: int = 0


@dataclass(frozen=True, slots=True)
class SpoolState:
    """What waits, what was refused, what was lost since the spool was made, and what was written today.

    `in_memory`: items that a power cut would take, because the card does not take them."""

    items: int
    pictures: int
    size_bytes: int
    set_aside: int
    dropped_pictures: int
    in_memory: int = 0
    written_today_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A record to keep, and the files that belong to it."""

    record: Record
    jpeg: bytes | None = None
    thumbnail: bytes | None = None


def item_of(entry: Entry) -> Item:
    """The item that an entry becomes."""
    event, name = place_of(entry.record)
    jpeg, thumbnail = entry.jpeg, entry.thumbnail
    envelope = Envelope(
        record=entry.record,
        file=FileFacts.of(jpeg) if jpeg is not None else None,
        thumbnail=FileFacts.of(thumbnail) if jpeg is not None and thumbnail is not None else None,
    )
    size_bytes = len(envelope_json(envelope)) + len(jpeg or b"") + len(thumbnail or b"" if jpeg is not None else b"")
    return Item(event, name, envelope, size_bytes)
