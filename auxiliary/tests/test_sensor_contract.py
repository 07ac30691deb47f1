"""What every motion sensor promises, checked on each that can be driven here: the PIR on gpiozero's mock pin, and the fake."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory

from auxiliary.clock import FakeClock
from auxiliary.sensor import FakeSensor, GateSettings, MotionSensor, SensorError, SensorState, open_sensor
from auxiliary.sensor.pir import PirSensor

WARM = GateSettings(warm_up_seconds=0)


@dataclass
class Rig:
    """A sensor and the wire that drives it."""

    clock: FakeClock
    open: Callable[[GateSettings], MotionSensor]
    high: Callable[[], Any]
    low: Callable[[], Any]


def pir_rig() -> Rig:
    clock, factory = FakeClock(), MockFactory()
    pin = factory.pin("GPIO17")
    return Rig(
        clock, lambda settings: PirSensor("GPIO17", clock, settings, pin_factory=factory), pin.drive_high, pin.drive_low
    )


def fake_rig() -> Rig:
    clock = FakeClock()
    made: list[FakeSensor] = []

    def make(settings: GateSettings) -> MotionSensor:
        made.append(FakeSensor(clock, settings))
        if early:
            made[0].drive_high()
        return made[0]

    early: list[bool] = []
    return Rig(
        clock,
        make,
        lambda: made[0].drive_high() if made else early.append(True),
        lambda: made[0].drive_low(),  # noqa: PLW0108 - there is none yet
    )


@pytest.fixture(params=[pir_rig, fake_rig])
def rig(request: pytest.FixtureRequest) -> Rig:
    rig: Rig = request.param()
    return rig


def test_silent_wire_is_not_active(rig: Rig) -> None:
    sensor = rig.open(WARM)
    rig.clock.advance(100)
    assert not sensor.active()


def test_active_while_the_wire_is_high(rig: Rig) -> None:
    sensor = rig.open(WARM)
    rig.high()
    rig.clock.advance(0.5)
    assert sensor.active()
    rig.clock.advance(30)
    assert sensor.active()


def test_a_pulse_between_two_readings_is_seen_once(rig: Rig) -> None:
    sensor = rig.open(WARM)
    rig.high()
    rig.clock.advance(2)
    rig.low()
    rig.clock.advance(10)
    assert sensor.active()
    assert not sensor.active()


def test_interference_shorter_than_the_debounce_time_is_ignored(rig: Rig) -> None:
    sensor = rig.open(WARM)
    for _ in range(20):
        rig.high()
        rig.clock.advance(0.01)
        rig.low()
        rig.clock.advance(0.5)
        assert not sensor.active()


def test_chatter_within_the_hold_off_is_one_movement(rig: Rig) -> None:
    sensor = rig.open(GateSettings(warm_up_seconds=0, hold_off_seconds=1.0))
    states = []
    for _ in range(5):
        rig.high()
        rig.clock.advance(0.5)
        rig.low()
        rig.clock.advance(0.8)
        states += [sensor.active(), sensor.active()]
    assert all(states)
    rig.clock.advance(0.3)
    assert not sensor.active()


def test_a_wire_that_is_high_from_the_start_counts(rig: Rig) -> None:
    rig.high()
    sensor = rig.open(WARM)
    rig.clock.advance(1)
    assert sensor.active()


def test_what_happens_during_the_warm_up_is_ignored(rig: Rig) -> None:
    sensor = rig.open(GateSettings(warm_up_seconds=60))
    rig.clock.advance(5)
    rig.high()
    rig.clock.advance(3)
    assert not sensor.active()
    rig.low()
    rig.clock.advance(60)
    assert not sensor.active()
    rig.high()
    rig.clock.advance(1)
    assert sensor.active()


def test_a_wire_that_stays_high_is_stuck_and_not_believed_until_it_falls(rig: Rig) -> None:
    sensor = rig.open(WARM)
    rig.high()
    rig.clock.advance(899)
    assert sensor.active()
    assert sensor.state() is SensorState.GOOD
    rig.clock.advance(1)
    assert not sensor.active()
    assert sensor.state() is SensorState.STUCK
    rig.low()
    assert not sensor.active(), "the end of the trouble is no movement"
    assert sensor.state() is SensorState.GOOD
    rig.clock.advance(5)
    rig.high()
    rig.clock.advance(1)
    assert sensor.active()


def test_a_chattering_wire_is_not_believed_until_it_has_been_quiet(rig: Rig) -> None:
    sensor = rig.open(WARM)
    for _ in range(31):
        rig.high()
        rig.clock.advance(0.5)
        rig.low()
        rig.clock.advance(0.5)
    assert sensor.state() is SensorState.CHATTERING
    assert not sensor.active()
    rig.clock.advance(61)
    assert sensor.state() is SensorState.GOOD
    assert not sensor.active()


def test_a_busy_sensor_is_good(rig: Rig) -> None:
    """An HC-SR501 cannot speak more often: two seconds high, two and a half of silence."""
    sensor = rig.open(WARM)
    for _ in range(60):
        rig.high()
        rig.clock.advance(2)
        assert sensor.active()
        rig.low()
        rig.clock.advance(2.5)
        assert sensor.state() is SensorState.GOOD


def test_it_says_that_it_warms_up_and_other_settings_count_at_once(rig: Rig) -> None:
    sensor = rig.open(GateSettings(warm_up_seconds=60))
    assert sensor.state() is SensorState.WARMING_UP
    rig.high()
    rig.clock.advance(5)
    assert not sensor.active()
    sensor.apply(GateSettings(warm_up_seconds=2))
    assert sensor.active()
    assert sensor.state() is SensorState.GOOD


def test_after_close_it_stays_quiet_and_may_be_closed_again(rig: Rig) -> None:
    sensor = rig.open(WARM)
    sensor.close()
    rig.clock.advance(10)
    assert not sensor.active()
    sensor.close()


def test_no_sensor_is_never_active() -> None:
    sensor: MotionSensor = open_sensor("none", FakeClock())
    assert sensor.kind == "none"
    assert not sensor.active()
    assert sensor.state() is None
    sensor.apply(WARM)
    sensor.close()


def test_the_fake_can_send_a_pulse_of_its_own_every_so_often() -> None:
    clock = FakeClock()
    sensor = open_sensor("fake:20", clock)
    states = []
    for _ in range(60):
        clock.advance(1)
        states.append(sensor.active())
    assert states.count(True) == 2 * 3  # two pulses, each from the end of the debounce time to that of the hold-off
    assert not any(states[:19])


def test_the_real_adapter_runs_on_any_machine_with_gpiozeros_mock_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpiozero.Device, "pin_factory", None)
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    sensor = open_sensor("pir:GPIO17", FakeClock())
    assert not sensor.active()
    sensor.close()


@pytest.mark.parametrize("spec", ["pir", "pir:", "pir:seventeen", "fake:-3", "fake:soon", "radar:1", "none:1", ""])
def test_a_sensor_that_does_not_exist_is_told_in_a_sentence(spec: str) -> None:
    with pytest.raises(SensorError, match="GPIO17"):
        open_sensor(spec, FakeClock())


def test_without_gpio_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpiozero.Device, "pin_factory", None)
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "native")
    with pytest.raises(SensorError, match="Is this a Pi"):
        open_sensor("pir:GPIO17", FakeClock())
