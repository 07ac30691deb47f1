"""From the level of a PIR's wire to "somebody moves": warm-up, debounce and hold-off, without hardware.

Edges come from the pin's own thread, questions from the capture thread.
"""

import threading
from collections import deque

from auxiliary.sensor.types import GateSettings, SensorState

_CHATTER_WINDOW_NS = 60_000_000_000


class SensorGate:
    """Judges a level that changes at monotonic instants (nanoseconds). Thread safe; never blocks for long, never raises."""

    def __init__(self, settings: GateSettings, *, opened_ns: int, level: bool) -> None:
        self._settings = settings
        self._opened_ns = opened_ns
        self._lock = threading.Lock()
        self._level = level
        self._rose_ns = opened_ns
        self._held_until_ns: int | None = None
        self._pulse_unread = False
        self._rises: deque[int] = deque(maxlen=256)

    def apply(self, settings: GateSettings) -> None:
        """Judge by these settings from now on."""
        with self._lock:
            self._settings = settings

    def edge(self, level: bool, at_ns: int) -> None:
        """The wire changed (or was found changed) at that instant; a repeated level is no edge."""
        with self._lock:
            if level == self._level:
                return
            stuck = self._is_stuck(at_ns)
            self._level = level
            if level:
                self._rose_ns = at_ns
                self._rises.append(at_ns)
            elif self._counts(at_ns) and not stuck:
                self._pulse_unread = True
                self._held_until_ns = at_ns + round(self._settings.hold_off_seconds * 1e9)

    def active(self, now_ns: int) -> bool:
        """Whether there is or was a movement since the last call."""
        with self._lock:
            unread, self._pulse_unread = self._pulse_unread, False
            if self._state(now_ns) is not SensorState.GOOD:
                return False
            if self._level and self._counts(now_ns):
                return True
            return unread or (self._held_until_ns is not None and now_ns < self._held_until_ns)

    def state(self, now_ns: int) -> SensorState:
        """Whether the wire behaves as a sensor's does."""
        with self._lock:
            return self._state(now_ns)

    def _state(self, now_ns: int) -> SensorState:
        if now_ns < self._ready_ns:
            return SensorState.WARMING_UP
        if self._is_stuck(now_ns):
            return SensorState.STUCK
        while self._rises and (self._rises[0] < now_ns - _CHATTER_WINDOW_NS or self._rises[0] < self._ready_ns):
            self._rises.popleft()
        chatters = len(self._rises) > self._settings.chatter_per_minute
        return SensorState.CHATTERING if chatters else SensorState.GOOD

    @property
    def _ready_ns(self) -> int:
        return self._opened_ns + round(self._settings.warm_up_seconds * 1e9)

    def _is_stuck(self, now_ns: int) -> bool:
        return self._level and now_ns - self._rose_ns >= round(self._settings.stuck_seconds * 1e9)

    def _counts(self, until_ns: int) -> bool:
        """Whether the pulse that began at the last rise is long enough, not counting what fell into the warm-up."""
        began_ns = max(self._rose_ns, self._ready_ns)
        return until_ns - began_ns >= round(self._settings.debounce_seconds * 1e9)
