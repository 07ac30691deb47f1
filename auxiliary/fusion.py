"""Sensor and pixels together: what makes an alert, and what each may expect of the other.

A PIR feels warmth that moves, anywhere before it, and knows no insects, shadows or rain; pixels see what moves, and where. Neighbours:
`capture` asks whether something moves, `watch` asks what the detector should expect of the next frame.
"""

from enum import StrEnum

_EAGER, _USUAL, _DOUBTFUL = 0.5, 1.0, 2.0


class Trigger(StrEnum):
    """Which of sensor and pixels make an alert.

    `either` loses nothing. `prior`: the pixels alone decide, asking for half as much while the sensor speaks and for twice as much
    while it is silent. `both` is for those who want silence: what insects, shadows and rain show is nothing while the sensor is silent.
    """

    EITHER = "either"
    PRIOR = "prior"
    BOTH = "both"
    PIXELS = "pixels"
    SENSOR = "sensor"


NEEDS_SENSOR = (Trigger.SENSOR, Trigger.BOTH, Trigger.PRIOR)


class Fusion:
    """Remembers when each spoke last, in nanoseconds of the monotonic clock. One thread."""

    def __init__(self) -> None:
        self._pixels_ns: int | None = None
        self._sensor_ns: int | None = None

    def forget(self) -> None:
        """The scene jumped: what was said before belongs to another one."""
        self._pixels_ns = self._sensor_ns = None

    def moving(
        self, trigger: Trigger, within_ns: int, *, pixels: bool, sensor: bool, trusted: bool, now_ns: int, lasts: bool
    ) -> bool:
        """Whether something moves. `lasts`: an alert is open, which either may keep open. A sensor that is not `trusted` (it warms
        up, or is broken) neither alarms nor keeps the pixels from alarming."""
        sensor &= trusted
        self._pixels_ns = now_ns if pixels else self._pixels_ns
        self._sensor_ns = now_ns if sensor else self._sensor_ns
        if not trusted:
            return pixels
        match trigger:
            case Trigger.PIXELS | Trigger.PRIOR:
                return pixels
            case Trigger.SENSOR:
                return sensor
            case Trigger.BOTH if not lasts:
                recent = all(at is not None and now_ns - at <= within_ns for at in (self._pixels_ns, self._sensor_ns))
                return (pixels or sensor) and recent
        return pixels or sensor


def expectation(trigger: Trigger, *, sensor: bool, trusted: bool) -> float:
    """How much a thing must show in the next frame, given what the sensor says; see `motion.types.Hints`."""
    if not trusted or trigger is Trigger.PIXELS:
        return _USUAL
    if sensor:
        return _EAGER
    return _DOUBTFUL if trigger is Trigger.PRIOR else _USUAL
