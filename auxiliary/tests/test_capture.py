"""The state machine of capture: what one walk through the picture becomes."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count

import pytest

from auxiliary.capture import Capture, CaptureSettings, CaptureState, Emission, Shot
from auxiliary.clock import FakeClock, stamp
from auxiliary.fusion import Trigger
from auxiliary.motion.types import Motion
from auxiliary.records import AlertEnded, AlertOpened, KeyPicture
from auxiliary.tests.material import STILL, frame, moving


def make_capture(settings: CaptureSettings = CaptureSettings()) -> Capture:
    """Without pre-roll, which has its own tests."""
    settings = replace(settings, pre_roll_pictures=0)
    clock, ids = FakeClock(), count(1)
    return Capture(settings, stamp=lambda at_ns: stamp(clock, at_ns), new_id=lambda _: f"id-{next(ids)}")


def play(
    capture: Capture, script: Iterable[tuple[float, Motion]], sensor: bool = False
) -> list[tuple[float, Emission]]:
    return [(at, emission) for at, motion in script for emission in capture.step(frame(at), motion, sensor)]


def seconds(start: float, end: float, motion: Motion) -> list[tuple[float, Motion]]:
    return [(start + tenth / 10, motion) for tenth in range(round((end - start) * 10))]


def kinds(emissions: Iterable[tuple[float, Emission]]) -> list[str]:
    return [e.picture.role if isinstance(e, Shot) else type(e).__name__ for _, e in emissions]


def test_the_first_moving_frame_opens_an_alert_and_is_its_first_picture() -> None:
    capture = make_capture()
    told = play(capture, [*seconds(0, 1, STILL), (1.0, moving(score=0.6))])
    assert kinds(told) == ["AlertOpened", "first"]
    (at, alert), (_, shot) = told
    assert at == 1.0
    assert isinstance(alert, AlertOpened)
    assert isinstance(shot, Shot)
    assert (alert.alert_type, alert.score) == ("motion", 0.6)
    assert shot.picture.alert_id == alert.alert_id
    assert shot.picture.stamp == alert.stamp
    assert shot.picture.boxes == moving().boxes
    assert capture.state is CaptureState.ACTIVE


def test_while_it_moves_a_picture_comes_every_two_seconds() -> None:
    told = play(make_capture(), seconds(0, 6.1, moving()))
    assert [at for at, e in told if isinstance(e, Shot)] == pytest.approx([0.0, 2.0, 4.0, 6.0])


def test_a_pause_shorter_than_the_quiet_time_is_the_same_walk() -> None:
    capture = make_capture()
    told = play(capture, [*seconds(0, 1, moving()), *seconds(1, 5.8, STILL), *seconds(5.8, 7, moving())])
    assert kinds(told).count("AlertOpened") == 1
    assert "AlertEnded" not in kinds(told)


def test_in_the_post_roll_nothing_is_photographed_and_then_the_alert_ends_with_its_last_movement() -> None:
    capture = make_capture()
    play(capture, seconds(0, 1, moving()))
    assert play(capture, seconds(1, 5.5, STILL)) == []
    assert capture.state is CaptureState.POST_ROLL
    told = play(capture, seconds(5.5, 8, STILL))
    states = [capture.state]
    assert kinds(told) == ["AlertEnded", "KeyPicture"]
    (at, ended), _ = told
    assert at == pytest.approx(5.9)
    assert isinstance(ended, AlertEnded)
    assert ended.stamp.monotonic_ns == round(0.9e9)
    assert states == [CaptureState.IDLE]


def test_the_peak_score_goes_with_the_end() -> None:
    capture = make_capture()
    play(capture, [(0.0, moving(score=0.6)), (0.1, moving(score=0.95)), (0.2, moving(score=0.7))])
    ended = capture.stop()[0]
    assert isinstance(ended, AlertEnded)
    assert ended.score == 0.95


def test_the_best_picture_of_the_episode_is_sent_at_the_end_as_its_key() -> None:
    capture = make_capture()
    play(capture, [(0.0, moving(0.1)), (0.5, moving(0.6)), (1.0, moving(0.2))])
    _, shot, key = capture.stop()
    assert isinstance(shot, Shot)
    assert isinstance(key, KeyPicture)
    assert shot.picture.role == "key"
    assert shot.picture.stamp.monotonic_ns == round(0.5e9)
    assert key.image_id == shot.picture.image_id


def test_a_best_picture_that_was_sent_before_is_only_named() -> None:
    capture = make_capture()
    told = play(capture, [(0.0, moving(0.6)), (0.5, moving(0.2))])
    first = next(e for _, e in told if isinstance(e, Shot))
    emissions = capture.stop()
    assert [type(e) for e in emissions] == [AlertEnded, KeyPicture]
    assert isinstance(emissions[1], KeyPicture)
    assert emissions[1].image_id == first.picture.image_id


def test_an_alert_that_will_not_end_is_followed_by_a_new_one_without_a_gap() -> None:
    told = play(make_capture(CaptureSettings(alert_seconds=10)), seconds(0, 10.5, moving()))
    assert [at for at, e in told if isinstance(e, AlertOpened)] == pytest.approx([0.0, 10.0])
    assert [at for at, e in told if isinstance(e, AlertEnded)] == pytest.approx([10.0])


def test_a_cut_ends_the_alert_and_the_frame_after_it_may_begin_another() -> None:
    capture = make_capture()
    play(capture, seconds(0, 1, moving()))
    told = capture.step(frame(1.0, cut=True), moving(), False)
    assert [type(e) for e in told if not isinstance(e, Shot)] == [AlertEnded, KeyPicture, AlertOpened]


def test_a_sensor_alone_opens_a_pir_alert_without_a_score() -> None:
    told = play(make_capture(), [(0.0, STILL)], sensor=True)
    assert kinds(told) == ["AlertOpened", "first"]
    alert, shot = told[0][1], told[1][1]
    assert isinstance(alert, AlertOpened)
    assert isinstance(shot, Shot)
    assert (alert.alert_type, alert.score, shot.picture.score, shot.picture.boxes) == ("pir", None, None, ())


@pytest.mark.parametrize(
    ("trigger", "pixels_only", "sensor_only"),
    [
        (Trigger.EITHER, 1, 1),
        (Trigger.PRIOR, 1, 0),
        (Trigger.PIXELS, 1, 0),
        (Trigger.SENSOR, 0, 1),
        (Trigger.BOTH, 0, 0),
    ],
)
def test_what_triggers(trigger: Trigger, pixels_only: int, sensor_only: int) -> None:
    settings = CaptureSettings(trigger=trigger)
    assert kinds(play(make_capture(settings), seconds(0, 1, moving()))).count("AlertOpened") == pixels_only
    assert kinds(play(make_capture(settings), seconds(0, 1, STILL), sensor=True)).count("AlertOpened") == sensor_only


def test_both_within_three_seconds_open_an_alert_and_then_either_keeps_it_open() -> None:
    capture = make_capture(CaptureSettings(trigger=Trigger.BOTH))
    assert play(capture, [(0.0, moving())]) == []
    assert play(capture, [(4.0, STILL)], sensor=True) == []
    assert kinds(play(capture, [(6.5, moving())])) == ["AlertOpened", "first"]
    assert kinds(play(capture, seconds(6.6, 13, moving()))) == ["more", "more", "more"]


@pytest.mark.parametrize("trigger", [Trigger.BOTH, Trigger.SENSOR, Trigger.PRIOR])
def test_a_sensor_that_is_not_believed_neither_alarms_nor_silences_the_pixels(trigger: Trigger) -> None:
    capture = make_capture(CaptureSettings(trigger=trigger))
    assert capture.step(frame(0), STILL, True, sensor_trusted=False) == []
    assert isinstance(capture.step(frame(1), moving(), False, sensor_trusted=False)[0], AlertOpened)


@pytest.mark.parametrize(
    ("trigger", "spoke", "silent"),
    [
        (Trigger.EITHER, 0.5, 1.0),
        (Trigger.PRIOR, 0.5, 2.0),
        (Trigger.BOTH, 0.5, 1.0),
        (Trigger.SENSOR, 0.5, 1.0),
        (Trigger.PIXELS, 1.0, 1.0),
    ],
)
def test_what_the_detector_may_expect(trigger: Trigger, spoke: float, silent: float) -> None:
    capture = make_capture(CaptureSettings(trigger=trigger))
    assert capture.expectation(sensor_active=True, sensor_trusted=True) == spoke
    assert capture.expectation(sensor_active=False, sensor_trusted=True) == silent
    assert capture.expectation(sensor_active=True, sensor_trusted=False) == 1.0


def test_disarmed_nothing_alarms_and_the_open_alert_ends() -> None:
    capture = make_capture()
    play(capture, seconds(0, 1, moving()))
    assert [type(e) for e in capture.apply(CaptureSettings(armed=False))] == [AlertEnded, KeyPicture]
    assert play(capture, seconds(1, 3, moving()), sensor=True) == []
    assert capture.step_blind(4_000_000_000, True) == []
    capture.apply(CaptureSettings())
    assert kinds(play(capture, seconds(5, 5.1, moving())))[0] == "AlertOpened"


def test_other_settings_do_not_end_the_open_alert() -> None:
    capture = make_capture()
    play(capture, seconds(0, 1, moving()))
    assert capture.apply(CaptureSettings(picture_every_seconds=0.5)) == ()
    assert kinds(play(capture, seconds(1, 2, moving()))) == ["more", "more"]


def test_stopping_without_an_alert_says_nothing() -> None:
    assert make_capture().stop() == ()


def test_a_sensor_alone_speaks_while_no_frame_comes_and_the_picture_follows_when_one_does() -> None:
    capture = make_capture()
    assert capture.step_blind(0, False) == []
    (alert,) = capture.step_blind(1_000_000_000, True)
    assert isinstance(alert, AlertOpened)
    assert (alert.alert_type, alert.stamp.monotonic_ns) == ("pir", 1_000_000_000)
    assert capture.step_blind(2_000_000_000, True) == []
    told = play(capture, seconds(3, 3.2, STILL))
    assert kinds(told) == ["first"]
    ended, _ = capture.step_blind(7_000_000_000, False)
    assert isinstance(ended, AlertEnded)
    assert ended.stamp.monotonic_ns == 2_000_000_000


@pytest.mark.parametrize("trigger", [Trigger.EITHER, Trigger.BOTH, Trigger.SENSOR, Trigger.PIXELS])
def test_a_blind_camera_believes_its_sensor_unless_told_to_ignore_it(trigger: Trigger) -> None:
    told = make_capture(CaptureSettings(trigger=trigger)).step_blind(0, True)
    assert len(told) == (trigger is not Trigger.PIXELS)
