"""The thread that encodes what capture chose and puts it into the spool, so that capture never waits for a card."""

import logging
import queue
import threading
from collections import deque
from collections.abc import Sequence

from auxiliary.capture import Emission, Shot
from auxiliary.records import AlertEnded, AlertOpened
from auxiliary.source.types import SourceError
from auxiliary.spool import Entry, Spool, SpoolFullError
from auxiliary.status import Status, clock_time, count

logger = logging.getLogger(__name__)

_STALLED_CARD_SHOTS = 24  # a full HD still takes 3 MB of memory until it is encoded
_BATCH = 4
_CARD_FAILS = (
    "The card cannot be written: what is new is kept in memory until it is sent, and a power cut would take it. "
    "Make room on the card, or replace it."
)


class Recorder:
    """Takes emissions in order. When the card stalls, pictures beyond a bound are lost and counted; alerts never are.

    `patient`: the source waits for us (a recording as fast as possible), so wait for room instead of losing a picture.
    """

    def __init__(self, spool: Spool, status: Status, *, patient: bool = False) -> None:
        self._spool = spool
        self._status = status
        self._patient = patient
        self._waiting: queue.SimpleQueue[Emission | None] = queue.SimpleQueue()
        self._taken: deque[Emission | None] = deque()  # by the recorder's thread alone
        self._room = threading.Semaphore(_STALLED_CARD_SHOTS)
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, emission: Emission) -> None:
        """Hand over what capture emitted; returns at once unless patient."""
        if isinstance(emission, Shot) and not self._room.acquire(blocking=self._patient):
            self._lost([emission], "The card does not keep up")
            return
        self._waiting.put(emission)

    def close(self, timeout_seconds: float) -> bool:
        """Write what was handed over, then stop. False when the card did not take it in time."""
        self._waiting.put(None)
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while batch := self._next_batch():
            try:
                self._keep(batch)
            except Exception:  # the thread that keeps the evidence must outlive any surprise
                logger.exception("could not keep %s", type(batch[0]).__name__)
                self._lost(batch, "Something could not be kept and the log says why")
            finally:
                for emission in batch:
                    if isinstance(emission, Shot):
                        self._room.release()

    def _next_batch(self) -> list[Emission]:
        """What to write next; empty at the end. Ordinary pictures that wait together are written together: the card works once
        less for each. An alert and its first picture never wait for others to be encoded."""
        batch = [self._taken.popleft() if self._taken else self._waiting.get()]
        while _is_ordinary(batch[-1]) and len(batch) < _BATCH:
            try:
                following = self._waiting.get_nowait()
            except queue.Empty:
                break
            if not _is_ordinary(following):
                self._taken.append(following)
                break
            batch.append(following)
        return [emission for emission in batch if emission is not None]

    def _keep(self, batch: list[Emission]) -> None:
        entries = [entry for emission in batch if (entry := self._entry(emission)) is not None]
        try:
            on_card = self._spool.put_all(entries)
        except SpoolFullError:
            self._status.say_at_most(
                "full", f"The spool is full: {self._dropped()} lost so far, the least important first.", 60
            )
        except OSError as error:
            why = f"The card cannot be written ({error.strerror or error})"
            self._status.say_at_most("lost", f"{why}: {self._dropped()} lost so far.", 60)
        else:
            if not on_card and not self._spool.card_is_spared:
                self._status.say_at_most("card", _CARD_FAILS, 60)
            for emission in batch:
                self._announce(emission)

    def _entry(self, emission: Emission) -> Entry | None:
        """What to put into the spool; None when the picture cannot be encoded, which must cost no other one."""
        if not isinstance(emission, Shot):
            return Entry(emission)
        try:
            return Entry(emission.picture, emission.still.jpeg(), emission.still.thumbnail())
        except SourceError as error:
            self._lost([emission], str(error).removesuffix("."))
        except OSError as error:
            self._lost([emission], f"The card cannot be written ({error.strerror or error})")
        except Exception:  # the thread that keeps the evidence must outlive any surprise
            logger.exception("could not encode a picture")
            self._lost([emission], "Something could not be kept and the log says why")
        return None

    def _announce(self, emission: Emission) -> None:
        if isinstance(emission, AlertOpened):
            what = "Picture taken by hand" if emission.alert_type == "manual" else "Motion started"
            self._status.say(f"{what} {clock_time(emission.stamp.wall_ns)}")
        elif isinstance(emission, AlertEnded):
            self._status.say(f"Motion ended {clock_time(emission.stamp.wall_ns)}")

    def _lost(self, emissions: Sequence[Emission], why: str) -> None:
        for emission in emissions:
            if isinstance(emission, Shot):
                self._spool.note_lost(captured_ns=emission.picture.stamp.wall_ns)
        self._status.say_at_most("lost", f"{why}: {self._dropped()} lost so far.", 60)

    def _dropped(self) -> str:
        return count(self._spool.state().dropped_pictures, "picture")


def _is_ordinary(emission: Emission | None) -> bool:
    return isinstance(emission, Shot) and emission.picture.role == "more"
