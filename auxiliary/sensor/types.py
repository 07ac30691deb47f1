"""The port `MotionSensor`: a yes-or-no motion detector on a wire, beside the camera."""

from typing import Protocol


class SensorError(Exception):
    """The sensor cannot be used on this machine; the message says what to do."""


class MotionSensor(Protocol):
    """Read by one thread, once per frame. What drives it (interrupts, other threads) is the adapter's business."""

    @property
    def kind(self) -> str:
        """One word for status lines: `pir`, `fake`, `none`."""

    def active(self) -> bool:
        """Whether the sensor reports motion now, or did at any time since the last call: no pulse is lost between frames.

        Never blocks and never raises.
        """

    def close(self) -> None:
        """Release the pin. Any number of times."""
