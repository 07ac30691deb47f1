"""Replay of a recording as if it were a camera: the real agent on a machine without one (demonstration and tests)."""

import threading
from collections.abc import Iterator
from pathlib import Path

from auxiliary.clock import Clock
from auxiliary.source.recording import open_recording
from auxiliary.source.types import Frame


class ReplaySource:
    """Implements `CameraSource`. Speed 1 is real time; 0 is as fast as the reader goes; other speeds scale.

    At speed 1 a frame is captured when it is delivered, and the recording may loop: the first frame of each further pass is
    marked as a cut. At any other speed it plays once, stamped as if it had ended the moment it was opened, because stamps
    that run faster than time would lie in the future.
    """

    kind = "replay"

    def __init__(
        self, path: Path, clock: Clock, *, speed: float, loop: bool, frames_per_second: float, luma_width: int
    ) -> None:
        if loop and speed != 1:
            raise ValueError("a recording loops at speed 1 only")
        self._recording = open_recording(path, frames_per_second=frames_per_second, luma_width=luma_width)
        self._clock = clock
        self._speed = speed
        self._loop = loop
        self._stem = path.stem
        self._closed = threading.Event()
        self.description = path.name
        self.live = speed == 1
        self.frames_per_second = self._recording.frames_per_second
        self.luma_size = self._recording.luma_size

    def frames(self) -> Iterator[Frame]:
        yield from self._one_pass(cut=False)
        while self._loop and not self._closed.is_set():
            yield from self._one_pass(cut=True)

    def close(self) -> None:
        self._closed.set()

    def _one_pass(self, *, cut: bool) -> Iterator[Frame]:
        started_ns = self._clock.monotonic_ns()
        ended_before_ns = started_ns - round(self._recording.duration_seconds * 1e9)
        ends_seconds = 0.0
        for recorded in self._recording.read():
            if self._speed and self._wait_until(started_ns + round(recorded.at_seconds / self._speed * 1e9)):
                return
            if self._closed.is_set():
                return
            captured_ns = self._clock.monotonic_ns()
            if self._speed != 1:
                captured_ns = ended_before_ns + round(recorded.at_seconds * 1e9)
            name = f"{self._stem}-{recorded.number:06d}"
            yield Frame(recorded.number, captured_ns, recorded.luma, recorded.still, name, cut=cut)
            cut = False
            ends_seconds = recorded.at_seconds + 1 / self.frames_per_second
        if self._speed:
            self._wait_until(started_ns + round(ends_seconds / self._speed * 1e9))

    def _wait_until(self, due_ns: int) -> bool:
        """Wait for a monotonic instant; True when the source was closed meanwhile. Not at all when it is past: a slow
        machine plays late rather than dropping what the recording holds."""
        return self._closed.wait(max(0, due_ns - self._clock.monotonic_ns()) / 1e9)
