"""What the detector is told beside the picture: exposure, what a PIR says, day or night, and other settings while it runs."""

import numpy as np
import pytest

from auxiliary.motion import Exposure, Hints, Motion, MotionDetector, MotionSettings
from auxiliary.motion.exposure import ExposureWatch, NightWatch
from auxiliary.tests.motion_scenes import HEIGHT, WIDTH, Scene, alarms, film, share, walker, yard

YARD = yard()


def told(
    scene: Scene, seconds: float, hints: Hints, settings: MotionSettings = MotionSettings()
) -> list[tuple[float, Motion]]:
    detector = MotionDetector(WIDTH, HEIGHT, 10, settings)
    return [(at, detector.step(luma, at, hints)) for at, luma in film(scene, seconds)]


def small(at: float) -> np.ndarray:
    """Somebody far away, smaller than what counts as a person."""
    return YARD if at < 6 else walker(YARD, 60 + 10 * (at - 6), 90, 21, 30)


def faint(at: float) -> np.ndarray:
    """Somebody who hardly stands out."""
    return np.asarray(YARD + 0.15 * ((YARD if at < 6 else walker(YARD, 40 * (at - 6), 120, 60)) - YARD))


def test_when_a_pir_speaks_less_is_needed_and_when_it_is_silent_more() -> None:
    for scene in (small, faint):
        shares = [share(told(scene, 10, Hints(expectation=e)), 7, 10) for e in (2.0, 1.0, 0.5)]
        assert shares == sorted(shares)
        assert shares[2] > shares[0] + 0.3, scene.__name__


def test_a_speaking_pir_makes_no_motion_of_its_own() -> None:
    assert alarms(told(lambda _: YARD, 10, Hints(expectation=0.5))) == []


def flash(at: float) -> np.ndarray:
    """A lamp lights a sharp, large part of the scene for good."""
    picture = YARD.copy()
    if at >= 6:
        picture[60:180, 90:200] *= 1.5
    return picture


def test_what_the_camera_says_of_the_light_keeps_a_lamp_from_alarming_and_hides_nobody() -> None:
    def said(scene: Scene, *, honest: bool) -> list[tuple[float, Motion]]:
        detector, out = MotionDetector(WIDTH, HEIGHT, 10), []
        for at, luma in film(scene, 10):
            lux = 40.0 if honest and at >= 6 else 10.0
            out.append((at, detector.step(luma, at, Hints(Exposure(lux, 2.0, 10_000)))))
        return out

    def with_somebody(at: float) -> np.ndarray:
        return walker(flash(at), 40 * (at - 3) - 22, 120, 60) if at >= 3 else YARD

    assert alarms(said(flash, honest=False), 6, 7) != [], "or this lamp proves nothing"
    assert alarms(said(flash, honest=True), 6) == []
    assert share(said(with_somebody, honest=True), 6, 9) > 0.9


@pytest.mark.parametrize(
    ("before", "after", "jumped"),
    [
        (Exposure(10, 1.0, 10_000), Exposure(10, 1.0, 20_000), True),
        (Exposure(10, 4.0, 10_000), Exposure(10, 1.0, 10_000), True),
        (Exposure(10, 2.0, 10_000), Exposure(10, 1.0, 20_000), False),
        (Exposure(100, None, None), Exposure(10, None, None), True),
        (Exposure(100, 1.0, 10_000), Exposure(85, 1.1, 10_000), False),
        (Exposure(0.0, 8.0, 60_000), Exposure(0.3, 8.0, 60_000), False),
        (Exposure(), Exposure(), False),
    ],
)
def test_a_jump_of_exposure_or_light(before: Exposure, after: Exposure, jumped: bool) -> None:
    watch = ExposureWatch()
    assert not any(watch.jumped(before, 0.1) for _ in range(20))
    assert watch.jumped(after, 0.1) is jumped
    assert not watch.jumped(None, 0.1)
    assert not [k for k in range(40) if watch.jumped(after, 0.1) and k > 30], "it settles"


def test_dusk_is_no_jump() -> None:
    watch = ExposureWatch()
    exposures = [Exposure(400 * 0.99**k, 1.01**k, 10_000) for k in range(300)]
    assert not any(watch.jumped(exposure, 0.5) for exposure in exposures)


DARK, BRIGHT = np.full((240, 320), 20, np.uint8), np.full((240, 320), 100, np.uint8)


@pytest.mark.parametrize(
    ("night", "day"),
    [((DARK, None), (BRIGHT, None)), ((BRIGHT, Exposure(1.0)), (DARK, Exposure(50.0)))],
)
def test_night_and_day_take_ten_seconds_and_a_lamp_makes_neither(
    night: tuple[np.ndarray, Exposure | None], day: tuple[np.ndarray, Exposure | None]
) -> None:
    watch = NightWatch()
    watch.look(*night, 5.0, 0.0)
    assert watch.is_night, "the first look decides at once"
    for at in range(1, 100):
        watch.look(*(day if at % 8 < 4 else night), 5.0, float(at))
        assert watch.is_night
    for at in range(100, 130):
        watch.look(*day, 5.0, float(at))
    assert not watch.is_night


def test_the_night_has_a_profile_of_its_own() -> None:
    settings = MotionSettings(night_smallest_person=0.5, night_below_lux=5.0)
    lux = {"night": Hints(Exposure(1.0)), "day": Hints(Exposure(100.0))}

    def passing(at: float) -> np.ndarray:
        return YARD if at < 6 else walker(YARD, 40 * (at - 6), 120, 60)

    assert share(told(passing, 9, lux["day"], settings), 7, 9) > 0.95
    assert alarms(told(passing, 9, lux["night"], settings)) == []


def test_other_settings_count_at_once_and_what_was_learnt_stays() -> None:
    def passing(at: float) -> np.ndarray:
        return YARD if at < 6 else walker(YARD, 30 * (at - 6), 120, 60)

    everywhere = (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)),)
    detector, said = MotionDetector(WIDTH, HEIGHT, 10, MotionSettings(masks=everywhere)), []
    for at, luma in film(passing, 14):
        if round(at, 1) == 9:
            detector.apply(MotionSettings())
        if round(at, 1) == 12:
            detector.apply(MotionSettings(zones=(((0.0, 0.0), (0.2, 0.0), (0.2, 0.2)),)))
        said.append((at, detector.step(luma, at)))
    assert alarms(said, until=9) == []
    assert share(said, 9.5, 12) > 0.95, "no warm-up after a change of settings"
    assert alarms(said, since=12) == []


def test_many_things_become_the_largest_sixteen_boxes() -> None:
    def crowd(at: float) -> np.ndarray:
        picture = YARD
        for k in range(24 if at >= 6 else 0):
            picture = walker(picture, 5 + 39 * (k % 8) + 9 * (at - 6), 4 + 80 * (k // 8), 40, 20)
        return picture

    boxes = max((motion.boxes for at, motion in told(crowd, 9, Hints()) if at > 6), key=len)
    assert len(boxes) == 16
    areas = [box.w * box.h for box in boxes]
    assert min(areas) > 0
