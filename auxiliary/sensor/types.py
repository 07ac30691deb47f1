"""The port `MotionSensor`: a yes-or-no motion detector on a wire, beside the camera."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class SensorError(Exception):
    """The sensor cannot be used on this machine; the message says what to do."""


@dataclass(frozen=True, slots=True)
class GateSettings:
    """`warm_up_seconds`: a PIR triggers at random until it has settled. `debounce_seconds`: shorter pulses are interference
    (an HC-SR501 holds its output for two seconds at least). `hold_off_seconds`: pulses closer than this are one movement.
    `stuck_seconds`: high for so long without a break is a broken sensor or wire. `chatter_per_minute`: so are more pulses (an
    HC-SR501 can give fifteen)."""

    warm_up_seconds: float = 60.0
    debounce_seconds: float = 0.1
    hold_off_seconds: float = 1.0
    stuck_seconds: float = 900.0
    chatter_per_minute: int = 30


class SensorState(StrEnum):
    """How a sensor is. Only one that is `good` is believed."""

    GOOD = "good"
    WARMING_UP = "warming_up"
    STUCK = "stuck"
    CHATTERING = "chattering"


class MotionSensor(Protocol):
    """Read by one thread, once per frame. What drives it (interrupts, other threads) is the adapter's business."""

    @property
    def kind(self) -> str:
        """One word for status lines: `pir`, `fake`, `none`."""

    def active(self) -> bool:
        """Whether the sensor reports motion now, or did at any time since the last call: no pulse is lost between frames.

        Never blocks and never raises. False unless `state` is good: a broken sensor must not raise alert after alert.
        """

    def state(self) -> SensorState | None:
        """How the sensor is, None where there is none. Never blocks and never raises."""

    def apply(self, settings: GateSettings) -> None:
        """Judge what the wire does from now on by these settings."""

    def close(self) -> None:
        """Release the pin. Any number of times."""
