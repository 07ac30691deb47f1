"""The thread that waits for the camera, so that nothing else has to: opens the source, passes its frames on, opens it again.

Neighbours: `watch` takes what arrives, in order; `ladder` says how long to wait after a failure. Whatever the source raises,
and however often, this thread goes on until it is stopped or a recording ends.
"""

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from auxiliary.ladder import Ladder
from auxiliary.source.types import CameraSource, Frame, SourceError

logger = logging.getLogger(__name__)

_FRAMES_AHEAD = 2  # more would only be older when they are judged
_LOOK_AGAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Opened:
    """The frames that follow come from this source."""

    source: CameraSource


@dataclass(frozen=True, slots=True)
class Failed:
    """The source is closed; it is opened again after the pause."""

    sentence: str
    pause_seconds: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The recording is over; nothing follows."""


News = Opened | Frame | Failed | Ended


class Feed:
    """Runs from `start` until `stop`. One thread at a time may call `next`."""

    def __init__(self, open_source: Callable[[], CameraSource], ladder: Ladder) -> None:
        self._open_source = open_source
        self._ladder = ladder
        self._news: queue.Queue[News] = queue.Queue(_FRAMES_AHEAD)
        self._source: CameraSource | None = None
        self._stopping = threading.Event()
        self._reopening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def next(self, timeout_seconds: float) -> News | None:
        """What came, in order; None when nothing came in that time."""
        try:
            return self._news.get(timeout=timeout_seconds)
        except queue.Empty:
            return None

    def request_stop(self) -> None:
        """Let go of the camera; returns when it is released or left behind."""
        self._stopping.set()
        source = self._source
        if source is not None:
            source.close()

    def reopen(self) -> None:
        """Let go of the camera and open it anew, as `open_source` has it by now. No failure, so without a pause. From any thread."""
        self._reopening.set()
        source = self._source
        if source is not None:
            source.close()

    def join(self, timeout_seconds: float) -> bool:
        """False when the source hangs and the thread had to be left behind."""
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._follow()
                if self._reopening.is_set():
                    continue
                break
            except SourceError as error:
                sentence = str(error)
            except Exception:  # nothing may end watching but the person who started it
                logger.exception("the source failed")
                sentence = "The camera failed unexpectedly; the log says why."
            if self._reopening.is_set():
                continue  # what a camera says when it is closed under way is no failure
            pause_seconds = self._ladder.failed()
            self._tell(Failed(sentence, pause_seconds))
            self._stopping.wait(pause_seconds)
        self._tell(Ended())

    def _follow(self) -> None:
        self._reopening.clear()  # whatever is opened from here on is opened as it is wanted now
        with closing(self._open_source()) as source:
            self._source = source
            if self._reopening.is_set():
                return
            self._tell(Opened(source))
            for frame in source.frames():
                self._ladder.worked()
                self._tell(frame)
                if self._stopping.is_set():
                    return

    def _tell(self, news: News) -> None:
        """Wait for the reader: a recording loses no frame, and a camera drops its own while it is not asked."""
        while not self._stopping.is_set():
            try:
                self._news.put(news, timeout=_LOOK_AGAIN_SECONDS)
            except queue.Full:
                continue
            return
