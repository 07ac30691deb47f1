"""Motion sensors behind the port `MotionSensor`: a PIR on a GPIO pin, a fake pin, none."""

from dataclasses import replace

from auxiliary.clock import Clock
from auxiliary.sensor.fake import FakeSensor, NoSensor
from auxiliary.sensor.types import GateSettings, MotionSensor, SensorError, SensorState

__all__ = ["FakeSensor", "GateSettings", "MotionSensor", "NoSensor", "SensorError", "SensorState", "open_sensor"]


def open_sensor(spec: str, clock: Clock, settings: GateSettings = GateSettings()) -> MotionSensor:
    """Open what SPEC names: `none`, `pir:GPIO17`, `fake` or `fake:SECONDS` (a pulse every so often). Raises SensorError."""
    kind, _, detail = spec.partition(":")
    if kind == "none" and not detail:
        return NoSensor()
    if kind == "pir" and detail:
        from auxiliary.sensor.pir import PirSensor

        return PirSensor(detail, clock, settings)
    if kind == "fake":
        try:
            every_seconds = float(detail or 30)
        except ValueError:
            every_seconds = 0.0
        if every_seconds > 0:
            warm = replace(settings, warm_up_seconds=0.0)
            return FakeSensor(clock, warm, every_seconds=every_seconds)
    raise SensorError(
        f"{spec!r} is no sensor. Use --sensor none, --sensor pir:GPIO17, or --sensor fake:30 to try things out."
    )
