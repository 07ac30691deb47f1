"""Sensors without a wire: one that is driven by hand or by time (tests, demonstration), and none at all."""

from auxiliary.clock import Clock
from auxiliary.sensor.gate import SensorGate
from auxiliary.sensor.types import GateSettings, SensorState

_PULSE_SECONDS = 3.0


class FakeSensor:
    """Implements `MotionSensor`. `drive_high` and `drive_low` set the level, from any thread, as an HC-SR501 would;
    with `every_seconds` it sends a pulse of three seconds by itself, each time that long after the one before."""

    kind = "fake"

    def __init__(
        self, clock: Clock, settings: GateSettings = GateSettings(), *, every_seconds: float | None = None
    ) -> None:
        self._clock = clock
        self._every_ns = round(every_seconds * 1e9) if every_seconds else None
        self._opened_ns = clock.monotonic_ns()
        self._gate = SensorGate(settings, opened_ns=self._opened_ns, level=False)

    def drive_high(self) -> None:
        self._gate.edge(True, self._clock.monotonic_ns())

    def drive_low(self) -> None:
        self._gate.edge(False, self._clock.monotonic_ns())

    def active(self) -> bool:
        now_ns = self._clock.monotonic_ns()
        if self._every_ns is not None:
            since_ns = now_ns - self._opened_ns
            self._gate.edge(since_ns >= self._every_ns and since_ns % self._every_ns < _PULSE_SECONDS * 1e9, now_ns)
        return self._gate.active(now_ns)

    def state(self) -> SensorState:
        return self._gate.state(self._clock.monotonic_ns())

    def apply(self, settings: GateSettings) -> None:
        self._gate.apply(settings)

    def close(self) -> None:
        self.drive_low()


class NoSensor:
    """Implements `MotionSensor` where there is none: never active."""

    kind = "none"

    def active(self) -> bool:
        return False

    def state(self) -> SensorState | None:
        return None

    def apply(self, settings: GateSettings) -> None:
        pass

    def close(self) -> None:
        pass
