"""Pictures from before the trigger: which ones, in which order, in how much memory."""

from dataclasses import replace

import pytest

from auxiliary.capture import Capture, CaptureSettings, Emission, Shot
from auxiliary.clock import FakeClock, stamp
from auxiliary.fusion import Trigger
from auxiliary.ids import uuid7
from auxiliary.motion.types import Motion
from auxiliary.preroll import PreRoll
from auxiliary.source.types import Frame
from auxiliary.spool.items import priority_of
from auxiliary.tests.material import STILL, FakeStill, frame, moving


class LargeStill(FakeStill):
    @property
    def size_bytes(self) -> int:
        return 20_000_000


def seconds(frames: list[Frame]) -> list[float]:
    return [frame.captured_ns / 1e9 for frame in frames]


def after(ring: PreRoll, until: float, rate: int = 10) -> PreRoll:
    for number in range(round(until * rate)):
        ring.offer(frame(number / rate, number=number))
    return ring


@pytest.mark.parametrize("until", [3.0, 3.1, 4.4, 4.6, 7.7, 60.0])
@pytest.mark.parametrize("rate", [5, 10, 30])
def test_at_any_moment_the_last_three_seconds_hold_two_pictures(until: float, rate: int) -> None:
    taken = seconds(list(after(PreRoll(3, 2), until, rate).take(round(until * 1e9))))
    assert len(taken) == 2
    assert until - 3 <= taken[0] < taken[1] < until
    assert taken[1] - taken[0] == pytest.approx(1.4, abs=0.2)


def test_what_is_older_than_the_seconds_is_not_given_and_nothing_is_given_twice() -> None:
    assert after(PreRoll(3, 2), 10).take(round(20e9)) == []
    ring = after(PreRoll(3, 2), 10)
    assert ring.take(round(10e9))
    assert ring.take(round(10e9)) == []


def test_memory_is_bounded_in_bytes_by_encoding_and_then_by_giving_up() -> None:
    ring = PreRoll(3, 2, most_bytes=3_000_000)
    for number in range(100):
        ring.offer(replace(frame(number / 10), still=LargeStill(b"x" * 1_400_000)))
        assert ring.size_bytes <= 3_000_000
    (kept, *_) = ring.take(round(10e9))
    assert kept.still.size_bytes == 1_400_000


@pytest.mark.parametrize("ring", [PreRoll(0, 2), PreRoll(3, 0)])
def test_it_can_be_switched_off(ring: PreRoll) -> None:
    assert after(ring, 5).take(round(5e9)) == []
    assert ring.size_bytes == 0


def capturing(settings: CaptureSettings = CaptureSettings()) -> Capture:
    clock = FakeClock()
    return Capture(settings, stamp=lambda at_ns: stamp(clock, at_ns), new_id=uuid7)


def play(capture: Capture, since: float, until: float, motion: Motion, sensor: bool = False) -> list[Emission]:
    told: list[Emission] = []
    for number in range(round(since * 10), round(until * 10)):
        told += capture.step(frame(number / 10, number=number), motion, sensor)
    return told


@pytest.mark.parametrize(
    ("trigger", "motion", "sensor"), [(Trigger.EITHER, moving(), False), (Trigger.EITHER, STILL, True)]
)
def test_an_alert_brings_its_first_picture_and_then_what_was_before(
    trigger: Trigger, motion: Motion, sensor: bool
) -> None:
    capture = capturing(CaptureSettings(trigger=trigger))
    assert play(capture, 0, 10, STILL) == []
    alert, *shots = play(capture, 10, 10.1, motion, sensor)
    pictures = [shot.picture for shot in shots if isinstance(shot, Shot)]
    assert [picture.role for picture in pictures] == ["first", "more", "more", "more"]
    first, *before = pictures
    assert first.stamp.wall_ns > max(picture.stamp.wall_ns for picture in before)
    assert all(first.stamp.wall_ns - picture.stamp.wall_ns <= 8e9 for picture in before)
    assert all((picture.score, picture.boxes) == (None, ()) for picture in before)
    assert len({picture.alert_id for picture in pictures}) == 1
    assert priority_of(first) < min(priority_of(picture) for picture in before)
    assert alert != shots[0]


@pytest.mark.parametrize("edge", [8.0, 8.3, 9.1, 9.9, 10.7, 33.4])
@pytest.mark.parametrize("rate", [5, 10, 15])
def test_a_pir_edge_saves_pictures_from_five_seconds_before_it(edge: float, rate: int) -> None:
    capture = capturing()
    told: list[Emission] = []
    for number in range(round(edge * rate) + 1):
        told += capture.step(frame(number / rate, number=number), STILL, number == round(edge * rate))
    ages = [edge - (shot.picture.stamp.monotonic_ns or 0) / 1e9 for shot in told if isinstance(shot, Shot)]
    assert 5 <= max(ages) <= 8
    assert sum(age > 0.3 for age in ages) == 3, "spread over the time before"


def test_other_settings_count_at_once_and_keep_what_was_remembered() -> None:
    capture = capturing(CaptureSettings(pre_roll_pictures=1))
    play(capture, 0, 10, STILL)
    assert capture.apply(CaptureSettings(pre_roll_pictures=5)) == ()
    shots = [told for told in play(capture, 10, 10.1, moving()) if isinstance(told, Shot)]
    assert len(shots) == 1 + 1, "the first, and the one that was kept before"


def test_a_dead_cameras_last_pictures_go_with_the_sensors_alert() -> None:
    capture = capturing()
    play(capture, 0, 10, STILL)
    told = capture.step_blind(round(11e9), True)
    assert [shot.picture.role for shot in told if isinstance(shot, Shot)] == ["more"] * 3


def test_after_a_cut_and_after_an_alert_nothing_of_before_is_brought_again() -> None:
    capture = capturing(CaptureSettings(alert_seconds=5))
    play(capture, 0, 10, STILL)
    capture.step(frame(10, cut=True), STILL, False)
    assert len(play(capture, 10.1, 10.2, moving())) == 3  # the alert, its first picture, the frame of the cut
    shots = [told for told in play(capture, 10.2, 16, moving()) if isinstance(told, Shot)]
    assert all(shot.picture.stamp.monotonic_ns >= 10.2e9 for shot in shots if shot.picture.stamp.monotonic_ns)
