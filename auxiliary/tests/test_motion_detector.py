"""The motion detector against what a camera on a wall sees: people, and everything that is not people."""

import numpy as np
import pytest

from auxiliary.motion import Box, MotionDetector, MotionSettings
from auxiliary.motion.tuning import Tuning
from auxiliary.tests.motion_scenes import COLUMNS, HEIGHT, ROWS, WIDTH, Scene, alarms, film, share, walker, watch, yard

YARD = yard()


def still(_at: float) -> np.ndarray:
    return YARD


def passing(at: float, *, since: float = 6.0, tall: float = 60, level: float = 30) -> np.ndarray:
    """Somebody enters at the left after `since` seconds and walks through, 40 pixels a second."""
    return YARD if at < since else walker(YARD, 40 * (at - since) - 0.36 * tall, 120, tall, level)


def test_nothing_moves_nothing_is_said() -> None:
    assert alarms(watch(still, 15)) == []


def test_somebody_passes_and_is_boxed_while_he_does() -> None:
    said = watch(passing, 18)
    assert alarms(said, until=6) == []
    assert alarms(said)[0] < 6.8
    assert share(said, 7, 13.5) > 0.95
    assert share(said, 15.5, 18) == 0, "no ghost stays behind"
    at, motion = next((at, m) for at, m in said if at >= 9)
    x = (40 * (at - 6) - 0.36 * 60) / WIDTH
    box = max(motion.boxes, key=lambda b: b.w * b.h)
    assert box.x == pytest.approx(x, abs=0.04)
    assert box.y == pytest.approx(120 / HEIGHT, abs=0.04)
    assert box.h == pytest.approx(60 / HEIGHT, abs=0.08)
    assert motion.score > 0.7


@pytest.mark.parametrize("frames_per_second", [5.0, 8.0, 15.0, 30.0])
def test_the_frame_rate_does_not_matter(frames_per_second: float) -> None:
    said = watch(passing, 14, frames_per_second=frames_per_second)
    assert alarms(said, until=6) == []
    assert share(said, 7, 13.5) > 0.95


@pytest.mark.parametrize(("width", "height"), [(160, 120), (320, 180), (426, 240), (640, 480), (333, 251)])
def test_the_size_of_the_plane_does_not_matter(width: int, height: int) -> None:
    background = yard(width=width, height=height)
    tall = height / 4

    def scene(at: float) -> np.ndarray:
        return background if at < 6 else walker(background, (at - 6) * width / 8, height / 2, tall)

    said = watch(scene, 12)
    assert alarms(said, until=6) == []
    assert share(said, 7, 12) > 0.95


def test_a_plane_of_another_size_is_refused() -> None:
    detector = MotionDetector(320, 240, 10)
    with pytest.raises(ValueError, match="240 x 320"):
        detector.step(np.zeros((320, 240), np.uint8), 0.0)


def test_missing_frames_do_not_alarm_and_do_not_hide() -> None:
    detector = MotionDetector(WIDTH, HEIGHT, 10)
    random = np.random.default_rng(3)
    said = [(at, detector.step(luma, at)) for at, luma in film(passing, 14) if random.random() < 0.5]
    assert alarms(said, until=6) == []
    assert share(said, 7.5, 13.5) > 0.9


def test_a_lamp_switched_on_and_off_is_no_motion_but_somebody_after_it_is() -> None:
    lamp = 0.35 + 0.65 * np.exp(-((COLUMNS - 220) ** 2 + (ROWS - 60) ** 2) / (2 * 140**2))

    def scene(at: float) -> np.ndarray:
        light = 0.4 * lamp if 6 <= at < 10 or 14 <= at < 18 else 1.0
        return np.asarray(passing(at, since=20) * light)

    said = watch(scene, 27)
    assert alarms(said, until=20) == []
    assert share(said, 21.5, 27) > 0.95


def test_a_cloud_shadow_is_no_motion_and_hides_nobody() -> None:
    def scene(at: float) -> np.ndarray:
        shadow = 0.5 + 0.5 * np.tanh(3 * np.sin((0.6 * COLUMNS + 0.4 * ROWS) / 90 - at * 0.4))
        return np.asarray(passing(at, since=16) * (1 - 0.45 * shadow))

    said = watch(scene, 23)
    assert alarms(said, until=16) == []
    assert share(said, 17, 23) > 0.95


def test_the_exposure_may_hunt() -> None:
    said = watch(lambda at: YARD * (0.75 + 0.2 * np.sin(at * 1.5)), 20)
    assert alarms(said) == []


@pytest.mark.parametrize("noise", [4.0, 10.0])
def test_a_noisy_sensor_at_night_is_no_motion_and_hides_nobody(noise: float) -> None:
    said = watch(lambda at: 10 + 0.35 * passing(at, level=200), 14, noise=noise)
    assert alarms(said, until=6) == []
    assert share(said, 7.5, 13.5) > 0.85


def shaken(scene: Scene, pixels: float, seed: int = 5) -> Scene:
    """The scene from a mast that moves by up to a few pixels from frame to frame."""
    random = np.random.default_rng(seed)

    def moved(at: float) -> np.ndarray:
        right, down = (int(v) for v in np.clip(random.normal(0, pixels, 2), -6, 6).round())
        padded = np.pad(scene(at), 6, mode="edge")
        return padded[6 + down : 6 + down + HEIGHT, 6 + right : 6 + right + WIDTH]

    return moved


def test_a_shaking_camera_is_no_motion_and_hides_nobody() -> None:
    said = watch(shaken(lambda at: passing(at, since=12), 2.0), 19)
    assert alarms(said, until=12) == []
    assert share(said, 13, 19) > 0.9


def test_a_blinking_place_is_learnt_and_somebody_before_it_is_still_found() -> None:
    leaves = np.random.default_rng(7)
    blocks = np.kron(leaves.normal(0, 1, (14, 14)), np.ones((8, 8)))[:100, :100]

    def scene(at: float) -> np.ndarray:
        picture = passing(at, since=40).copy()
        gust = 25 * np.roll(blocks, int(leaves.integers(-6, 7)), axis=int(leaves.integers(2)))
        picture[100:200, 40:140] += gust
        return picture

    said = watch(scene, 47)
    assert share(said, 12, 40) < 0.05
    assert alarms(said, 40, 43) != []
    assert share(said, 44, 47) > 0.9


def test_snow_is_no_motion_and_hides_no_car() -> None:
    random = np.random.default_rng(8)

    def scene(at: float) -> np.ndarray:
        picture = passing(at, since=25, tall=100).copy()
        for _ in range(80):
            size = int(random.integers(2, 5))
            y, x = random.integers(0, HEIGHT - 8), random.integers(0, WIDTH - 8)
            picture[y : y + size, x : x + size] = 230
        return picture

    said = watch(scene, 33)
    assert share(said, 4, 25) < 0.02
    assert share(said, 27, 33) > 0.9


def test_a_small_walker_far_away_is_found_and_what_is_smaller_than_asked_is_not() -> None:
    def scene(at: float) -> np.ndarray:
        return YARD if at < 6 else walker(YARD, 60 + 12 * (at - 6), 90, 26, 20)

    found = watch(scene, 14)
    assert alarms(found, until=6) == []
    assert share(found, 7, 14) > 0.75
    assert alarms(watch(scene, 14, settings=MotionSettings(smallest_person=0.25))) == []


def test_a_car_that_parks_becomes_scenery() -> None:
    def scene(at: float) -> np.ndarray:
        return YARD if at < 6 else walker(YARD, min(40 * (at - 6), 120), 130, 70)

    said = watch(scene, 40)
    assert share(said, 7, 9) > 0.9
    assert alarms(said, since=30) == []


def test_somebody_who_stops_for_a_moment_is_not_lost() -> None:
    def scene(at: float) -> np.ndarray:
        return YARD if at < 6 else walker(YARD, min(40 * (at - 6), 120), 130, 70)

    assert share(watch(scene, 14), 9.5, 13) > 0.95


def test_relearn_at_a_seam_keeps_silent_and_finds_the_next_one() -> None:
    other = yard(seed=99)
    detector = MotionDetector(WIDTH, HEIGHT, 10)
    for at, luma in film(still, 5):
        detector.step(luma, at)
    detector.relearn()

    def scene(at: float) -> np.ndarray:
        return other if at < 6 else walker(other, 40 * (at - 6), 120, 60)

    said = [(at, detector.step(luma, at + 5)) for at, luma in film(scene, 12)]
    assert alarms(said, until=6) == []
    assert share(said, 7, 12) > 0.95


def test_another_picture_without_warning_is_learnt_without_an_alarm_that_stays() -> None:
    other = yard(seed=99)
    said = watch(lambda at: YARD if at < 6 else other, 20)
    assert len(alarms(said)) <= 3


def test_a_mask_is_never_looked_at() -> None:
    lower = ((0.0, 0.4), (1.0, 0.4), (1.0, 1.0), (0.0, 1.0))
    assert alarms(watch(passing, 14, settings=MotionSettings(masks=(lower,)))) == []


def test_only_what_is_in_a_zone_counts() -> None:
    right_half = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))
    said = watch(passing, 14, settings=MotionSettings(zones=(right_half,)))
    assert alarms(said, until=9.5) == []
    assert share(said, 11, 13.5) > 0.95


def test_sensitivity_trades_faint_things_for_silence() -> None:
    def faint(at: float) -> np.ndarray:
        picture = passing(at)
        return np.asarray(YARD + 0.11 * (picture - YARD))

    shares = [share(watch(faint, 13, settings=MotionSettings(sensitivity=s)), 7, 13) for s in (0.0, 0.5, 1.0)]
    assert shares == sorted(shares)
    assert shares[0] < 0.2
    assert shares[2] > 0.6


def test_without_the_light_model_the_lamp_would_alarm() -> None:
    lamp = 0.35 + 0.65 * np.exp(-((COLUMNS - 220) ** 2 + (ROWS - 60) ** 2) / (2 * 140**2))
    blind = Tuning(light_clip=1e-6, light_doubt=0.0, changed_share=1.0)
    assert alarms(watch(lambda at: YARD * (1.0 if at < 6 else lamp), 10, tuning=blind)) != []
    assert alarms(watch(lambda at: YARD * (1.0 if at < 6 else lamp), 10)) == []


def test_without_the_steadying_a_gust_would_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    gust = shaken(still, 2.0)

    def scene(at: float) -> np.ndarray:
        return YARD if at < 6 else gust(at)

    assert alarms(watch(scene, 12)) == []
    monkeypatch.setattr("auxiliary.motion.scene.steadied", lambda cells, _background: cells)
    assert alarms(watch(scene, 12)) != []


def test_without_learning_the_noise_a_night_would_alarm() -> None:
    night = 14.0
    assert alarms(watch(still, 10, noise=night)) == []
    assert alarms(watch(still, 10, noise=night, tuning=Tuning(noise_step_levels=0.0))) != []


def test_settings_that_mean_nothing_are_refused() -> None:
    for bad in ({"sensitivity": 1.1}, {"smallest_person": 0.0}, {"zones": (((0.0, 0.0), (1.0, 1.0)),)}):
        with pytest.raises(ValueError, match=r"within 0\.\.1|three points"):
            MotionSettings(**bad)
    with pytest.raises(ValueError, match="relative"):
        MotionSettings(masks=(((0.0, 0.0), (320.0, 0.0), (0.0, 240.0)),))


def test_a_box_scales_to_pixels() -> None:
    assert Box(0.25, 0.5, 0.1, 0.0).scaled(640, 480) == (160, 240, 64, 1)
