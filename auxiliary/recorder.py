"""The thread that encodes what capture chose and puts it into the spool, so that capture never waits for a card."""

import logging
import queue
import threading

from auxiliary.capture import Emission, Shot
from auxiliary.records import AlertEnded, AlertOpened
from auxiliary.source.types import SourceError
from auxiliary.spool import Spool, SpoolFullError
from auxiliary.status import Status, clock_time, count

logger = logging.getLogger(__name__)

_STALLED_CARD_SHOTS = 24  # a full HD still takes 3 MB of memory until it is encoded


class Recorder:
    """Takes emissions in order. When the card stalls, pictures beyond a bound are lost and counted; alerts never are.

    `patient`: the source waits for us (a recording as fast as possible), so wait for room instead of losing a picture.
    """

    def __init__(self, spool: Spool, status: Status, *, patient: bool = False) -> None:
        self._spool = spool
        self._status = status
        self._patient = patient
        self._waiting: queue.SimpleQueue[Emission | None] = queue.SimpleQueue()
        self._room = threading.Semaphore(_STALLED_CARD_SHOTS)
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, emission: Emission) -> None:
        """Hand over what capture emitted; returns at once unless patient."""
        if isinstance(emission, Shot) and not self._room.acquire(blocking=self._patient):
            self._lost(emission, "The card does not keep up")
            return
        self._waiting.put(emission)

    def close(self, timeout_seconds: float) -> bool:
        """Write what was handed over, then stop. False when the card did not take it in time."""
        self._waiting.put(None)
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (emission := self._waiting.get()) is not None:
            try:
                self._keep(emission)
            except Exception:  # the thread that keeps the evidence must outlive any surprise
                logger.exception("could not keep %s", type(emission).__name__)
                self._lost(emission, "Something could not be kept and the log says why")
            finally:
                if isinstance(emission, Shot):
                    self._room.release()

    def _keep(self, emission: Emission) -> None:
        try:
            if not isinstance(emission, Shot):
                self._spool.put(emission)
                self._announce(emission)
                return
            self._spool.put(emission.picture, jpeg=emission.still.jpeg(), thumbnail=emission.still.thumbnail())
        except SpoolFullError:
            self._status.say_at_most(
                "full", f"The spool is full: {self._dropped()} lost so far, the least important first.", 60
            )
        except OSError as error:
            self._lost(emission, f"The card cannot be written ({error.strerror or error})")
        except SourceError as error:
            self._lost(emission, str(error).removesuffix("."))

    def _announce(self, emission: Emission) -> None:
        if isinstance(emission, AlertOpened):
            self._status.say(f"Motion started {clock_time(emission.stamp.wall_ns)}")
        elif isinstance(emission, AlertEnded):
            self._status.say(f"Motion ended {clock_time(emission.stamp.wall_ns)}")

    def _lost(self, emission: Emission, why: str) -> None:
        if isinstance(emission, Shot):
            self._spool.note_lost()
        self._status.say_at_most("lost", f"{why}: {self._dropped()} lost so far.", 60)

    def _dropped(self) -> str:
        return count(self._spool.state().dropped_pictures, "picture")
