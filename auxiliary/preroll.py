"""The moments before an alert: a ring of a few pictures in memory, spread evenly over the last seconds. Nothing reaches the card.

Pictures are kept as the source holds them, so a quiet scene costs no encoding; one that is too large for its share of the
memory is encoded. Neighbours: `capture` offers every quiet frame and takes the ring when an alert opens. One thread.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from auxiliary.source.stills import JpegStill
from auxiliary.source.types import Frame

DEFAULT_MOST_BYTES = 12 << 20  # three raw pictures of 1920x1080


class PreRoll:
    """At most `pictures` frames of the last `seconds`, in at most `most_bytes` of pictures. Zero pictures: off."""

    def __init__(self, seconds: float, pictures: int, most_bytes: int = DEFAULT_MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._frames: deque[Frame] = deque()
        self.resize(seconds, pictures)

    def resize(self, seconds: float, pictures: int) -> None:
        """Keep so much from now on; what is there and fits stays."""
        self._seconds_ns = round(seconds * 1e9)
        self._pictures = pictures if seconds > 0 else 0
        # One more than is wanted: the oldest leaves the window before the next one is due.
        self._frames = deque(self._frames, maxlen=self._pictures + 1)

    def offer(self, frame: Frame) -> None:
        """Keep this frame if it is time for one. Raises SourceError when a large picture cannot be encoded."""
        if not self._pictures:
            return
        apart_ns = self._seconds_ns // self._pictures * 5 // 6  # frames come when they come: a little too often
        if self._frames and 0 <= frame.captured_ns - self._frames[-1].captured_ns < apart_ns:
            return
        if frame.still.size_bytes > self._most_bytes // (self._pictures + 1):
            frame = replace(frame, still=JpegStill(frame.still.jpeg()))
        self._frames.append(frame)
        while len(self._frames) > 1 and self.size_bytes > self._most_bytes:
            self._frames.popleft()

    def take(self, now_ns: int) -> Sequence[Frame]:
        """The pictures of the last seconds before `now_ns`, oldest first; the ring is empty afterwards."""
        since_ns = now_ns - self._seconds_ns
        frames = [frame for frame in self._frames if since_ns <= frame.captured_ns < now_ns]
        self.clear()
        return frames[-self._pictures :] if self._pictures else []

    def clear(self) -> None:
        """The scene jumped: what was before does not belong to what comes."""
        self._frames.clear()

    @property
    def size_bytes(self) -> int:
        """What the pictures take in memory."""
        return sum(frame.still.size_bytes for frame in self._frames)
