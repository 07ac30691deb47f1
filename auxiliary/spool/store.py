"""The spool: a durable queue on disk between capture and the network. Nothing in it is lost by a crash or a power cut.

Written by the recorder's thread, read by the uploader's; a repeat after a crash is harmless because every record carries
its id. Neighbours: `queue` (order), `recovery` (start), `durable` (writing), `set_aside` (what was refused).
"""

import errno
import json
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from auxiliary.records import AlertEnded, AlertOpened, Record
from auxiliary.spool.durable import make_directory, synchronize_directory, write_file
from auxiliary.spool.items import (
    END,
    OPEN,
    OPENED,
    Envelope,
    FileFacts,
    Item,
    Priority,
    envelope_json,
    place_of,
    priority_of,
)
from auxiliary.spool.queue import SendQueue
from auxiliary.spool.recovery import files_of, recover_event, unfinished_end
from auxiliary.spool.set_aside import SetAside

logger = logging.getLogger(__name__)

_DIRECTORY_RACES = 3


class SpoolFullError(Exception):
    """There is no room for the newcomer and nothing less important to give up for it."""


@dataclass(frozen=True, slots=True)
class SpoolLimits:
    """`most_bytes` the queue may take; `free_bytes` that stay free on the card (at most a twentieth of it)."""

    most_bytes: int = 1 << 30
    free_bytes: int = 128 << 20


@dataclass(frozen=True, slots=True)
class SpoolState:
    """What waits, what was refused, and what was lost since the spool was made."""

    items: int
    pictures: int
    size_bytes: int
    set_aside: int
    dropped_pictures: int


class Spool:
    """Thread safe. Every method that touches the card may raise OSError; the queue then still says the truth."""

    def __init__(self, directory: Path, limits: SpoolLimits = SpoolLimits()) -> None:
        """Open or create a spool and take up what a previous run left. Raises OSError."""
        self._events = directory / "events"
        self._limits = limits
        self._lock = threading.Lock()
        self._queue = SendQueue()
        self._listener: Callable[[Priority], object] = lambda priority: None
        self._dropped_file = directory / "dropped.json"
        self._set_aside = SetAside(directory / "set-aside")
        make_directory(self._events)
        self._dropped_pictures = self._load_dropped()
        self._recover()

    def on_new(self, listener: Callable[[Priority], object]) -> None:
        """Call this, from whatever thread, with the priority of whatever is new to claim."""
        self._listener = listener

    def put(self, record: Record, *, jpeg: bytes | None = None, thumbnail: bytes | None = None) -> None:
        """Keep a record and its picture. When this returns, a power cut cannot take them.

        Raises SpoolFullError when the newcomer itself has to be dropped (it is counted), OSError when the card fails.
        """
        event, name = place_of(record)
        envelope = Envelope(
            record=record,
            file=FileFacts.of(jpeg) if jpeg is not None else None,
            thumbnail=FileFacts.of(thumbnail) if jpeg is not None and thumbnail is not None else None,
        )
        data = envelope_json(envelope)
        size_bytes = len(data) + len(jpeg or b"") + len(thumbnail or b"")
        self._make_room(size_bytes, priority_of(record))
        try:
            self._write(self._events / event, name, data, jpeg, thumbnail)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            self._make_room(size_bytes, priority_of(record), at_least_bytes=2 * size_bytes)
            self._write(self._events / event, name, data, jpeg, thumbnail)
        with self._lock:
            self._queue.add(Item(event, name, envelope, size_bytes))
        self._listener(priority_of(record))

    def claim(self, lowest: Priority, now_ns: int) -> Item | None:
        """Take the most urgent item down to that priority; it stays in the spool until `done` or `set_aside`."""
        with self._lock:
            return self._queue.claim(lowest, now_ns)

    def release(self, item: Item, not_before_ns: int = 0) -> None:
        """Give a claimed item back undelivered; it is offered again from that monotonic instant on."""
        with self._lock:
            self._queue.release(item, not_before_ns)

    def read(self, item: Item) -> tuple[bytes, bytes | None]:
        """The JPEG of a picture as it was captured, and its thumbnail if that survived. Raises OSError when the JPEG did not."""
        file, thumbnail_file = files_of(self._events / item.event, item)[1:]
        jpeg = file.read_bytes()
        if item.envelope.file is None or not item.envelope.file.matches(jpeg):
            raise OSError(errno.EIO, "the card gives back other bytes than were written", str(file))
        try:
            thumbnail = thumbnail_file.read_bytes()
        except OSError:
            return jpeg, None
        facts = item.envelope.thumbnail
        return jpeg, thumbnail if facts is not None and facts.matches(thumbnail) else None

    def done(self, item: Item) -> None:
        """The server has it: remove it. A crash in between, or a card that fails, only makes it be sent again next time."""
        directory = self._events / item.event
        try:
            if isinstance(item.record, AlertOpened):
                (directory / f"{OPEN}.json").rename(directory / f"{OPENED}.json")
            elif isinstance(item.record, AlertEnded):
                # In this order on the card, too: without its end an `opened.json` would be ended a second time.
                (directory / f"{OPENED}.json").unlink(missing_ok=True)
                synchronize_directory(directory)
            for file in files_of(directory, item):
                file.unlink(missing_ok=True)
        finally:
            self._forget(item)

    def set_aside(self, item: Item, reason: str) -> None:
        """The server will never take it: move it out of the way, where a person can look at it."""
        try:
            self._set_aside.add(files_of(self._events / item.event, item), reason)
            if item.name == END:
                (self._events / item.event / f"{OPENED}.json").unlink(missing_ok=True)
        finally:
            self._forget(item)

    def items(self) -> list[Item]:
        """Everything that waits, the most urgent first."""
        with self._lock:
            return list(self._queue)

    def note_lost(self, pictures: int = 1) -> None:
        """Count pictures that could not be kept."""
        with self._lock:
            self._dropped_pictures += pictures
            text = json.dumps({"pictures": self._dropped_pictures})
        try:
            self._dropped_file.write_text(text, encoding="utf-8")
        except OSError as error:
            logger.warning("cannot note lost pictures: %s", error)

    def state(self) -> SpoolState:
        """Figures for status lines and health reports."""
        with self._lock:
            pictures = sum(1 for item in self._queue if item.envelope.file is not None)
            return SpoolState(
                items=len(self._queue),
                pictures=pictures,
                size_bytes=self._queue.size_bytes,
                set_aside=self._set_aside.count(),
                dropped_pictures=self._dropped_pictures,
            )

    def _write(self, directory: Path, name: str, data: bytes, jpeg: bytes | None, thumbnail: bytes | None) -> None:
        for races_left in reversed(range(_DIRECTORY_RACES)):
            make_directory(directory)
            try:
                if thumbnail is not None:
                    # The server makes a new one if this is lost: not worth a wait for the card.
                    write_file(directory / f"{name}.thumb.jpg", thumbnail, synchronize=False)
                if jpeg is not None:
                    write_file(directory / f"{name}.jpg", jpeg)
                write_file(directory / f"{name}.json", data)
                synchronize_directory(directory)
            except FileNotFoundError:  # the uploader removed the empty directory just now
                if not races_left:
                    raise
            except OSError:
                for suffix in (".json", ".jpg", ".thumb.jpg"):
                    (directory / f"{name}{suffix}").unlink(missing_ok=True)
                raise
            else:
                return

    def _make_room(self, size_bytes: int, priority: Priority, *, at_least_bytes: int = 0) -> None:
        """Drop what is least important until the newcomer fits under the cap and beside the free space to keep."""
        freed_bytes = 0
        while freed_bytes < at_least_bytes or self._too_full(size_bytes):
            with self._lock:
                victim = self._queue.droppable(priority)
                if victim is not None:
                    self._queue.remove(victim)
            if victim is None:
                if priority in (Priority.ALERT_OPENED, Priority.ALERT_ENDED, Priority.KEY_CHOICE):
                    return  # a few hundred bytes: try it anyway
                self.note_lost()
                raise SpoolFullError(f"no room for {size_bytes} bytes in {self._events}")
            self.note_lost()
            freed_bytes += victim.size_bytes
            for file in files_of(self._events / victim.event, victim):
                file.unlink(missing_ok=True)

    def _too_full(self, size_bytes: int) -> bool:
        with self._lock:
            if self._queue.size_bytes + size_bytes > self._limits.most_bytes:
                return True
        disk = os.statvfs(self._events)
        keep_free_bytes = min(self._limits.free_bytes, disk.f_blocks * disk.f_frsize // 20)
        return disk.f_bavail * disk.f_frsize < keep_free_bytes + size_bytes

    def _forget(self, item: Item) -> None:
        with self._lock:
            self._queue.remove(item)
        try:
            (self._events / item.event).rmdir()
        except OSError:
            return  # not empty yet
        with self._lock:
            self._queue.forget_event(item.event)

    def _recover(self) -> None:
        for directory in sorted(path for path in self._events.iterdir() if path.is_dir()):
            touched_ns = directory.stat().st_mtime_ns
            for item in recover_event(directory):
                self._queue.add(item)
            ended = unfinished_end(directory, touched_ns)
            if ended is not None:
                self.put(ended)
            elif not any(directory.iterdir()):
                directory.rmdir()

    def _load_dropped(self) -> int:
        try:
            return int(json.loads(self._dropped_file.read_bytes())["pictures"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0
