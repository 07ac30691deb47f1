"""The capture loop: frames from the source, judged by motion detection and the sensor, decided on by capture. One thread.

It waits for nothing but the source. Whatever goes wrong in it is said once and the source opened again with growing pauses:
a camera must not die silently.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import closing

from auxiliary.capture import Capture, Emission
from auxiliary.motion.types import MotionDetection
from auxiliary.sensor.types import MotionSensor
from auxiliary.source.types import CameraSource, SourceError
from auxiliary.status import Status

logger = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 30.0


class Watch:
    """Runs from `start` until `stop`, or until a recording that does not loop has ended (`ended` is set, in either case)."""

    def __init__(
        self,
        *,
        open_source: Callable[[], CameraSource],
        make_detector: Callable[[CameraSource], MotionDetection],
        sensor: MotionSensor,
        capture: Capture,
        emit: Callable[[Emission], None],
        status: Status,
        on_end: Callable[[], object] = lambda: None,
    ) -> None:
        self._open_source = open_source
        self._make_detector = make_detector
        self._sensor = sensor
        self._capture = capture
        self._emit = emit
        self._status = status
        self._on_end = on_end
        self._source: CameraSource | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self.last_frame_ns: int | None = None

    @property
    def state(self) -> str:
        """The capture state, for health reports."""
        return self._capture.state.value

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_seconds: float) -> bool:
        """Stop watching and end the open alert. False when the source hangs and the thread had to be left behind."""
        self._stopping.set()
        source = self._source
        if source is not None:
            source.close()
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        pause_seconds = _FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            frames_before = self.last_frame_ns
            try:
                self._follow()
                break
            except SourceError as error:
                problem = str(error)
            except Exception:  # nothing may end watching but the person who started it
                logger.exception("watching failed")
                problem = "Watching failed unexpectedly; the log says why."
            self._emit_all(self._capture.stop())
            if self.last_frame_ns != frames_before:
                pause_seconds = _FIRST_PAUSE_SECONDS
            self._status.say_at_most("source", f"{problem} Trying again in {pause_seconds:.0f} s.", 60)
            self._stopping.wait(pause_seconds)
            pause_seconds = min(_LONGEST_PAUSE_SECONDS, pause_seconds * 2)
        self._emit_all(self._capture.stop())
        self._on_end()

    def _follow(self) -> None:
        with closing(self._open_source()) as source:
            self._source = source
            if self._stopping.is_set():
                return
            detector = self._make_detector(source)
            for frame in source.frames():
                if frame.cut:
                    detector.relearn()
                motion = detector.step(frame.luma, frame.captured_ns / 1e9)
                self._emit_all(self._capture.step(frame, motion, self._sensor.active()))
                self.last_frame_ns = frame.captured_ns
                self._status.settle("source", f"Watching {source.description} again.")

    def _emit_all(self, emissions: Sequence[Emission]) -> None:
        for emission in emissions:
            self._emit(emission)
