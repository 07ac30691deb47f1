"""A PIR motion sensor on a GPIO pin. The only module that imports gpiozero (lazily: it takes seconds on a Pi Zero).

gpiozero's own MotionSensor polls ten times a second, stays silent when the pin is high from the start, and its thread dies
for good with the first exception in a callback; so this takes the edges of a plain input and keeps the callback to one line
that cannot fail.
"""

import re
from typing import Any

from auxiliary.clock import Clock
from auxiliary.sensor.gate import SensorGate
from auxiliary.sensor.types import GateSettings, SensorError, SensorState


class PirSensor:
    """Implements `MotionSensor` on a pin named as gpiozero names them: `GPIO17`, `BOARD11`, or a BCM number."""

    kind = "pir"

    def __init__(
        self, pin: str, clock: Clock, settings: GateSettings = GateSettings(), *, pin_factory: Any = None
    ) -> None:
        if not re.fullmatch(r"(GPIO|BOARD|BCM)?\d{1,3}", pin):
            raise SensorError(
                f"{pin!r} is not a pin. Write it as GPIO17 (the number on the board's pinout, not the position)."
            )
        try:
            import gpiozero
        except ImportError as error:
            raise SensorError("The PIR needs gpiozero: sudo apt install python3-gpiozero python3-lgpio") from error
        self._clock = clock
        try:
            self._device = gpiozero.DigitalInputDevice(
                pin, pull_up=None, active_state=True, bounce_time=None, pin_factory=pin_factory
            )
        except (gpiozero.GPIOZeroError, OSError, ImportError, RuntimeError) as error:
            raise SensorError(
                f"The PIR on {pin} cannot be read here ({error}). Is this a Pi, and may this user use GPIO?"
            ) from error
        self._gate = SensorGate(settings, opened_ns=clock.monotonic_ns(), level=bool(self._device.value))
        self._device.when_activated = self._rose
        self._device.when_deactivated = self._fell
        self._resample()  # an edge between the first reading and the callbacks' registration

    def active(self) -> bool:
        self._resample()
        return self._gate.active(self._clock.monotonic_ns())

    def state(self) -> SensorState:
        return self._gate.state(self._clock.monotonic_ns())

    def apply(self, settings: GateSettings) -> None:
        self._gate.apply(settings)

    def close(self) -> None:
        self._device.close()

    def _rose(self) -> None:
        self._gate.edge(True, self._clock.monotonic_ns())

    def _fell(self) -> None:
        self._gate.edge(False, self._clock.monotonic_ns())

    def _resample(self) -> None:
        """Take the level as it is: an edge that the interrupt missed costs one frame, not the alarm."""
        if not self._device.closed:
            self._gate.edge(bool(self._device.value), self._clock.monotonic_ns())
