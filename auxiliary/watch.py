"""The capture loop: frames from the camera, judged by motion detection and the sensor, decided on by capture. One thread.

It waits for nothing longer than a moment: while the camera gives nothing, the sensor alone is watched, and an alarm without a
picture is still an alarm. Whatever goes wrong in it is said, and it goes on.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from auxiliary.capture import Capture, Emission, WatchSettings
from auxiliary.clock import Clock
from auxiliary.feed import Ended, Failed, Feed, News, Opened
from auxiliary.ladder import Ladder
from auxiliary.motion.types import Hints, MotionDetection, Polygon
from auxiliary.motion.view import ViewWatch
from auxiliary.sensor.types import MotionSensor, SensorState
from auxiliary.source.types import CameraSource, Frame
from auxiliary.status import Status, count

logger = logging.getLogger(__name__)

_TICK_SECONDS = 0.2
_BLIND_AFTER_NS = 1_000_000_000  # without a frame for so long, a sensor's alarm waits no longer
_FRESH_NS = 5_000_000_000
_SURPRISE_PAUSE_SECONDS = 1.0


_BROKEN = {
    SensorState.STUCK: "The motion sensor reports motion without end: check its wire and its position.",
    SensorState.CHATTERING: "The motion sensor reports more than it can see: check its wire and its power.",
}


class Watch:
    """Runs from `start` until `stop`, or until a recording that does not loop has ended (`on_end` is called in either case).

    `on_stuck` is called at every failure from which restarting the camera has not helped for long.
    """

    def __init__(
        self,
        *,
        open_source: Callable[[], CameraSource],
        make_detector: Callable[[CameraSource], MotionDetection],
        sensor: MotionSensor,
        capture: Capture,
        emit: Callable[[Emission], None],
        clock: Clock,
        status: Status,
        hidden: tuple[Polygon, ...] = (),
        ladder: Ladder | None = None,
        on_stuck: Callable[[], object] = lambda: None,
        on_end: Callable[[], object] = lambda: None,
    ) -> None:
        self._ladder = ladder or Ladder(clock)
        self._feed = Feed(open_source, self._ladder)
        self._make_detector = make_detector
        self._sensor = sensor
        self._capture = capture
        self._emit = emit
        self._clock = clock
        self._status = status
        self._on_stuck = on_stuck
        self._on_end = on_end
        self._detector: MotionDetection | None = None
        self._seen_ns = clock.monotonic_ns()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self.source: CameraSource | None = None
        self.last_frame_ns: int | None = None
        self._latest: Frame | None = None
        self.failed = False
        self.sensor_state: SensorState | None = sensor.state()
        self._view = ViewWatch(hidden)
        self._wanted: WatchSettings | None = None
        self._photographs: deque[Future[str]] = deque()
        self.frames_judged = 0
        """Frames that went through everything since the camera was opened or settings were adopted."""
        self.ticked_ns = self.heard_ns = self._seen_ns
        """Monotonic instants at which the loop last turned, and at which the camera last said anything, be it a failure."""

    @property
    def state(self) -> str:
        """The capture state, for health reports."""
        return "camera_failed" if self.failed else self._capture.state.value

    @property
    def view(self) -> str | None:
        """How the camera's view is (`motion.view`); None while no camera is seen through."""
        return self._view.state.value if self.source is not None and self.source.live and not self.failed else None

    def latest_frame(self) -> Frame | None:
        """The newest frame of a scene that is seen now; None when there is none, or when it is a recording in a hurry."""
        frame, source = self._latest, self.source
        if frame is None or source is None or not source.live:
            return None
        return frame if self._clock.monotonic_ns() - frame.captured_ns < _FRESH_NS else None

    def apply(self, settings: WatchSettings, *, reopen: bool = False) -> None:
        """Go by these settings from the next frame on; the camera goes on meanwhile, or is opened anew. From any thread."""
        self._wanted = settings
        if reopen:
            self._feed.reopen()

    def photograph(self) -> Future[str]:
        """Keep the next frame as a picture taken by hand; the result is the id of its alert. From any thread."""
        asked: Future[str] = Future()
        self._photographs.append(asked)
        return asked

    def _adopt(self) -> None:
        settings, self._wanted = self._wanted, None
        if settings is None:
            return
        self.frames_judged = 0
        if self._detector is not None:
            self._detector.apply(settings.motion)
        self._sensor.apply(settings.gate)
        self._emit_all(self._capture.apply(settings.capture))

    def start(self) -> None:
        self._feed.start()
        self._thread.start()

    def stop(self, timeout_seconds: float) -> bool:
        """Stop watching and end the open alert. False when the source hangs and a thread had to be left behind."""
        self._stopping.set()
        self._feed.request_stop()
        watching_over = self._join(timeout_seconds)
        return self._feed.join(timeout_seconds) and watching_over

    def _join(self, timeout_seconds: float) -> bool:
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.ticked_ns = self._clock.monotonic_ns()
            try:
                self._adopt()
                if not self._take(self._feed.next(_TICK_SECONDS)):
                    break
            except Exception:  # nothing may end watching but the person who started it
                logger.exception("watching failed")
                self._status.say_at_most("watch", "Watching failed unexpectedly, and goes on; the log says why.", 60)
                self._detector = None
                self._stopping.wait(_SURPRISE_PAUSE_SECONDS)
        self._emit_all(self._capture.stop())
        self._on_end()

    def _take(self, news: News | None) -> bool:
        """Act on what the camera sent, or on its silence; False at the end of a recording."""
        if news is not None:
            self.heard_ns = self._clock.monotonic_ns()
        match news:
            case None:
                self._watch_blindly()
            case Opened(source):
                self.source, self._detector = source, None
                self.frames_judged = 0
            case Frame():
                self._see(news)
            case Failed():
                self._lose_sight(news)
            case Ended():
                return False
        return True

    def _see(self, frame: Frame) -> None:
        if self.source is None:
            return
        self._detector = self._detector or self._make_detector(self.source)
        if frame.cut:
            self._detector.relearn()
            self._view.relearn()
        active, trusted = self._listen()
        expected = self._capture.expectation(sensor_active=active, sensor_trusted=trusted)
        at_seconds = frame.captured_ns / 1e9
        motion = self._detector.step(frame.luma, at_seconds, Hints(frame.exposure, expected))
        self._emit_all(self._capture.step(frame, motion, active, sensor_trusted=trusted))
        self._view.step(frame.luma, at_seconds)
        self._take_photographs(frame)
        self._latest = frame
        self.frames_judged += 1
        self.last_frame_ns, self._seen_ns = frame.captured_ns, self._clock.monotonic_ns()
        self.failed = False
        self._status.settle("source", f"Watching {self.source.description} again.")

    def _take_photographs(self, frame: Frame) -> None:
        while self._photographs:
            asked = self._photographs.popleft()
            if asked.set_running_or_notify_cancel():
                alert_id, emissions = self._capture.photograph(frame)
                self._emit_all(emissions)
                asked.set_result(alert_id)

    def _lose_sight(self, failed: Failed) -> None:
        if not self.failed:  # at a further failure the open alert is one of the sensor's
            self._emit_all(self._capture.stop())
        self.failed = True
        again = f"Trying again in {failed.pause_seconds:.0f} s."
        if self._ladder.stuck:
            often = count(self._ladder.failures, "failure")
            again = f"{often} within half an hour: check the cable and the power supply, or restart the Pi. {again}"
            self._on_stuck()
        self._status.say_at_most("source", f"{failed.sentence} {again}", 60)
        self._watch_blindly()

    def _watch_blindly(self) -> None:
        """A recording stands still meanwhile; a scene before a dead camera does not."""
        now_ns = self._clock.monotonic_ns()
        if self.source is not None and not self.source.live:
            return
        if self.failed or now_ns - self._seen_ns >= _BLIND_AFTER_NS:
            self._emit_all(self._capture.step_blind(now_ns, self._listen()[0]))

    def _listen(self) -> tuple[bool, bool]:
        """Whether the sensor reports motion, and whether it is to be believed. What it wants to say is said once."""
        active, state = self._sensor.active(), self._sensor.state()
        self.sensor_state = state
        if state in (SensorState.STUCK, SensorState.CHATTERING):
            self._status.say_at_most(
                "sensor", f"{_BROKEN[state]} Until it is well again the pixels decide alone.", 3600
            )
        return active, state is SensorState.GOOD

    def _emit_all(self, emissions: Sequence[Emission]) -> None:
        for emission in emissions:
            self._emit(emission)
