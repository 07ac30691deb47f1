"""The spool: a durable queue on disk between capture and the network. Nothing in it is lost by a crash or a power cut.

Written by the recorder's thread, read by the uploader's; a repeat after a crash is harmless because every record carries
its id. Neighbours: `queue` (order), `recovery` (start), `durable` (writing), `shelf` (when the card does not take it), `losses`,
`wear`, `set_aside` (what was refused).
"""

import errno
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from auxiliary.records import AlertEnded, AlertOpened, Record
from auxiliary.spool.durable import make_directory, remove_file, synchronize_directory, write_file
from auxiliary.spool.items import (
    END,
    OPEN,
    OPENED,
    Item,
    Priority,
    captured_ns,
    envelope_json,
)
from auxiliary.spool.losses import LossBook, Losses
from auxiliary.spool.queue import SendQueue
from auxiliary.spool.recovery import files_of, recover_event, unfinished_end
from auxiliary.spool.set_aside import SetAside
from auxiliary.spool.shelf import Files, Shelf
from auxiliary.spool.types import Entry, SpoolFullError, SpoolLimits, SpoolState, item_of
from auxiliary.spool.wear import Wear

logger = logging.getLogger(__name__)

_DIRECTORY_RACES = 3
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_SMALL = (Priority.ALERT_OPENED, Priority.ALERT_ENDED, Priority.KEY_CHOICE)  # a few hundred bytes, never given up


class Spool:
    """Thread safe. Every method that touches the card may raise OSError; the queue then still says the truth."""

    def __init__(
        self,
        directory: Path,
        limits: SpoolLimits = SpoolLimits(),
        *,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        """Open or create a spool and take up what a previous run left. Raises OSError when there can be none."""
        self._events = directory / "events"
        self._limits = limits
        self._lock = threading.Lock()
        self._queue = SendQueue()
        self._listener: Callable[[Priority], object] = lambda priority: None
        self._set_aside = SetAside(directory / "set-aside")
        make_directory(self._events)
        self._losses = LossBook(directory / "dropped.json")
        self._wear = Wear(directory / "written.json", limits.day_bytes, wall_ns)
        self._shelf = Shelf()
        self._recover()

    def on_new(self, listener: Callable[[Priority], object]) -> None:
        """Call this, from whatever thread, with the priority of whatever is new to claim."""
        self._listener = listener

    def put(self, record: Record, *, jpeg: bytes | None = None, thumbnail: bytes | None = None) -> bool:
        """Keep a record and its picture. When this returns True, a power cut cannot take them; False: they are in memory
        only, since the card fails or has had its share of writes for today.

        Raises SpoolFullError when the newcomer itself has to be dropped, OSError when neither card nor memory takes it; a picture
        is counted as lost then.
        """
        return self.put_all([Entry(record, jpeg, thumbnail)])

    def put_all(self, entries: Sequence[Entry]) -> bool:
        """The same for several, in one go: a directory is synchronised once for all of them. Each is tried, whatever becomes
        of the others; then the first trouble is raised."""
        troubles: list[Exception] = []
        on_card: list[tuple[Item, Entry]] = []
        in_memory: list[Item] = []
        for entry in entries:
            item = item_of(entry)
            try:
                if self._keep(item, entry, sum(other.size_bytes for other, _ in on_card)):
                    on_card.append((item, entry))
                else:
                    in_memory.append(item)
            except (SpoolFullError, OSError) as error:
                troubles.append(error)
                if entry.jpeg is not None:
                    self.note_lost(captured_ns=captured_ns(entry.record))
        for item, entry, trouble in self._not_made_durable(on_card):
            on_card.remove((item, entry))
            if self._shelve(item, entry, trouble):
                in_memory.append(item)
            else:
                troubles.append(trouble)
                self.note_lost(entry.jpeg is not None, captured_ns(entry.record))
        kept = [item for item, _ in on_card] + in_memory
        with self._lock:
            for item in kept:
                self._queue.add(item)
        for item in kept:
            self._listener(item.priority)
        if troubles:
            raise troubles[0]
        return not in_memory

    def flush(self) -> None:
        """Before a stop: write what lies in memory to the card after all. Raises OSError when it does not take it."""
        with self._lock:
            waiting = self._shelf.all()
        for files in waiting:
            self._write(files.item, Entry(files.item.record, files.jpeg, files.thumbnail))
            synchronize_directory(self._events / files.item.event)
            with self._lock:
                self._shelf.remove(files.item)
        self._wear.note()

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
        with self._lock:
            shelved = self._shelf.get(item)
        if shelved is not None and shelved.jpeg is not None:
            return shelved.jpeg, shelved.thumbnail
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
        with self._lock:
            on_card = not self._shelf.remove(item)
        try:
            if isinstance(item.record, AlertOpened) and on_card:
                (directory / f"{OPEN}.json").rename(directory / f"{OPENED}.json")
            elif isinstance(item.record, AlertEnded):
                # In this order on the card, too: without its end an `opened.json` would be ended a second time.
                (directory / f"{OPENED}.json").unlink(missing_ok=True)
                if on_card:
                    synchronize_directory(directory)
            if on_card:
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
            with self._lock:
                self._shelf.remove(item)
            self._forget(item)

    def items(self) -> list[Item]:
        """Everything that waits, the most urgent first."""
        with self._lock:
            return list(self._queue)

    @property
    def waiting(self) -> int:
        """How many items wait; as cheap as it looks."""
        return len(self._queue)

    def note_lost(self, pictures: int = 1, captured_ns: int = 0) -> None:
        """Count pictures that could not be kept, of about that wall time."""
        with self._lock:
            self._losses.add(pictures, captured_ns)

    @property
    def losses(self) -> Losses:
        """What was lost, for the server to hear of."""
        return self._losses.losses

    def told(self, losses: Losses) -> None:
        """The server has heard of these losses."""
        with self._lock:
            self._losses.told(losses)

    @property
    def card_is_spared(self) -> bool:
        """Whether ordinary pictures stay in memory because the card has had its share of writes for today."""
        return self._wear.spent

    def state(self) -> SpoolState:
        """Figures for status lines and health reports."""
        with self._lock:
            return SpoolState(
                items=len(self._queue),
                pictures=self._queue.pictures,
                size_bytes=self._queue.size_bytes,
                set_aside=self._set_aside.count(),
                dropped_pictures=self._losses.losses.pictures,
                in_memory=len(self._shelf),
                written_today_bytes=self._wear.today_bytes,
            )

    def _keep(self, item: Item, entry: Entry, pending_bytes: int) -> bool:
        """Whether it went to the card (its directory is not synchronised yet) rather than into memory."""
        if self._wear.spent and item.priority >= Priority.PICTURE and self._shelve(item, entry):
            return False
        try:
            self._make_room(item, pending_bytes)
            try:
                self._write(item, entry)
            except OSError as error:
                if error.errno not in _NO_ROOM:
                    raise
                self._make_room(item, pending_bytes, at_least_bytes=2 * item.size_bytes)
                self._write(item, entry)
        except SpoolFullError:
            with self._lock:
                cap_is_reached = self._queue.size_bytes + item.size_bytes > self._limits.most_bytes
            if cap_is_reached or not self._shelve(item, entry):
                raise
            return False
        except OSError as error:
            if not self._shelve(item, entry, error):
                raise
            return False
        return True

    def _not_made_durable(self, written: list[tuple[Item, Entry]]) -> list[tuple[Item, Entry, OSError]]:
        """Synchronise the directories of what was written; what a failure leaves unsure is removed and returned."""
        failed: list[tuple[Item, Entry, OSError]] = []
        for event in dict.fromkeys(item.event for item, _ in written):
            try:
                synchronize_directory(self._events / event)
            except OSError as error:
                failed += [(item, entry, error) for item, entry in written if item.event == event]
        for item, _, _ in failed:
            self._remove_files(item)
        return failed

    def _shelve(self, item: Item, entry: Entry, why: OSError | None = None) -> bool:
        with self._lock:
            kept = self._shelf.keep(Files(item, entry.jpeg, entry.thumbnail))
        if kept and why is not None:
            logger.warning("the card does not take %s/%s, kept in memory: %s", item.event, item.name, why)
        return kept

    def _write(self, item: Item, entry: Entry) -> None:
        """All files of an item, synchronised; the directory is not yet."""
        directory = self._events / item.event
        file, *pictures = files_of(directory, item)
        for races_left in reversed(range(_DIRECTORY_RACES)):
            make_directory(directory)
            try:
                if pictures and entry.thumbnail is not None:
                    # The server makes a new one if this is lost: not worth a wait for the card.
                    self._write_file(pictures[1], entry.thumbnail, synchronize=False)
                if pictures and entry.jpeg is not None:
                    self._write_file(pictures[0], entry.jpeg)
                self._write_file(file, envelope_json(item.envelope))
            except FileNotFoundError:  # the uploader removed the empty directory just now
                if not races_left:
                    raise
            except OSError:
                self._remove_files(item)
                raise
            else:
                return

    def _write_file(self, path: Path, data: bytes, *, synchronize: bool = True) -> None:
        write_file(path, data, synchronize=synchronize)
        self._wear.wrote(len(data))

    def _remove_files(self, item: Item) -> None:
        for file in files_of(self._events / item.event, item):
            remove_file(file)

    def _make_room(self, newcomer: Item, pending_bytes: int, *, at_least_bytes: int = 0) -> None:
        """Drop what is least important until the newcomer fits under the cap and beside the free space to keep."""
        freed_bytes, size_bytes = 0, newcomer.size_bytes + pending_bytes
        while freed_bytes < at_least_bytes or self._too_full(size_bytes):
            with self._lock:
                victim = self._queue.droppable(newcomer.priority)
            if victim is None:
                if newcomer.priority in _SMALL:
                    return  # try it anyway
                raise SpoolFullError(f"no room for {size_bytes} bytes in {self._events}")
            self._give_up(victim)
            freed_bytes += victim.size_bytes

    def _give_up(self, victim: Item) -> None:
        """Its thumbnail goes first: that is the room in which a full card can take the count of what is lost."""
        files = files_of(self._events / victim.event, victim)
        files[-1].unlink(missing_ok=True)
        with self._lock:
            self._losses.announce(1, captured_ns(victim.record))
            self._queue.remove(victim)
            if self._shelf.remove(victim):
                return
        for file in files[:-1]:
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
        """One directory that the card does not give back must not keep the agent from starting."""
        for directory in sorted(path for path in self._events.iterdir() if path.is_dir()):
            try:
                self._recover_event(directory)
            except OSError as error:
                logger.error("the card does not give back %s: %s", directory.name, error)

    def _recover_event(self, directory: Path) -> None:
        touched_ns = directory.stat().st_mtime_ns
        for item in recover_event(directory, lambda spoilt: self.note_lost(captured_ns=captured_ns(spoilt.record))):
            self._queue.add(item)
        ended = unfinished_end(directory, touched_ns)
        if ended is not None:
            self.put(ended)
        elif not any(directory.iterdir()):
            directory.rmdir()
