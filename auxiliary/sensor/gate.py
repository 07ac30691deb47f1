"""From the level of a PIR's wire to "somebody moves": warm-up, debounce and hold-off, without hardware.

Edges come from the pin's own thread, questions from the capture thread.
"""

import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GateSettings:
    """`warm_up_seconds`: a PIR triggers at random until it has settled. `debounce_seconds`: shorter pulses are interference
    (an HC-SR501 holds its output for two seconds at least). `hold_off_seconds`: pulses closer than this are one movement."""

    warm_up_seconds: float = 60.0
    debounce_seconds: float = 0.1
    hold_off_seconds: float = 1.0


class SensorGate:
    """Judges a level that changes at monotonic instants (nanoseconds). Thread safe; never blocks for long, never raises."""

    def __init__(self, settings: GateSettings, *, opened_ns: int, level: bool) -> None:
        self._settings = settings
        self._ready_ns = opened_ns + round(settings.warm_up_seconds * 1e9)
        self._lock = threading.Lock()
        self._level = level
        self._rose_ns = opened_ns
        self._held_until_ns: int | None = None
        self._pulse_unread = False

    def edge(self, level: bool, at_ns: int) -> None:
        """The wire changed (or was found changed) at that instant; a repeated level is no edge."""
        with self._lock:
            if level == self._level:
                return
            self._level = level
            if level:
                self._rose_ns = at_ns
            elif self._counts(at_ns):
                self._pulse_unread = True
                self._held_until_ns = at_ns + round(self._settings.hold_off_seconds * 1e9)

    def active(self, now_ns: int) -> bool:
        """Whether there is or was a movement since the last call."""
        with self._lock:
            unread, self._pulse_unread = self._pulse_unread, False
            if self._level and self._counts(now_ns):
                return True
            return unread or (self._held_until_ns is not None and now_ns < self._held_until_ns)

    def _counts(self, until_ns: int) -> bool:
        """Whether the pulse that began at the last rise is long enough, not counting what fell into the warm-up."""
        began_ns = max(self._rose_ns, self._ready_ns)
        return until_ns - began_ns >= round(self._settings.debounce_seconds * 1e9)
