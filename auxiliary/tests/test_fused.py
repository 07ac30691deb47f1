"""A PIR and the pixels together: what only one of them sees, what both see, and what nobody should hear of."""

from collections.abc import Callable

import numpy as np
import pytest

from auxiliary.capture import Capture, CaptureSettings
from auxiliary.clock import FakeClock, stamp
from auxiliary.fusion import Trigger
from auxiliary.ids import uuid7
from auxiliary.motion import Hints, MotionDetector
from auxiliary.records import AlertOpened
from auxiliary.tests.material import frame
from auxiliary.tests.motion_scenes import HEIGHT, WIDTH, Scene, film, walker, yard

YARD = yard()


def speaks(at: float) -> bool:
    return 7 <= at < 9


def silent(_at: float) -> bool:
    return False


def alerts(scene: Scene, pir: Callable[[float], bool], trigger: Trigger) -> list[str]:
    """The kinds of the alerts of ten seconds; what happens begins after six."""
    clock = FakeClock()
    capture = Capture(CaptureSettings(trigger=trigger), stamp=lambda at_ns: stamp(clock, at_ns), new_id=uuid7)
    detector, out = MotionDetector(WIDTH, HEIGHT, 10), []
    for at, luma in film(scene, 10):
        expected = capture.expectation(sensor_active=pir(at), sensor_trusted=True)
        motion = detector.step(luma, at, Hints(expectation=expected))
        out += [e for e in capture.step(frame(at), motion, pir(at)) if isinstance(e, AlertOpened)]
    return [alert.alert_type for alert in out]


def still(_at: float) -> np.ndarray:
    return YARD


def person(at: float) -> np.ndarray:
    return YARD if at < 6 else walker(YARD, 40 * (at - 6) - 22, 120, 60)


def insect(at: float) -> np.ndarray:
    """Close to the lens: large, quick, and seen by every motion detection in the world."""
    return YARD if at < 6 else walker(YARD, 90 * ((at - 6) % 4) - 20, 60 + 20 * np.sin(4 * at), 50, 230)


def shadow(at: float) -> np.ndarray:
    """A sharp one, of somebody who stays outside of the picture."""
    picture = YARD.copy()
    if at >= 6:
        picture[100:220, max(0, round(50 * (at - 6) - 60)) : max(0, round(50 * (at - 6)))] *= 0.55
    return picture


def rain(at: float) -> np.ndarray:
    random, picture = np.random.default_rng(round(at * 10)), YARD.copy()
    for _ in range(120 if at >= 6 else 0):
        y, x = int(random.integers(0, HEIGHT - 30)), int(random.integers(0, WIDTH - 2))
        picture[y : y + 30, x : x + 2] = 220
    return picture


@pytest.mark.parametrize("scene", [insect, shadow, rain, still])
def test_with_a_silent_pir_the_fused_mode_says_nothing(scene: Scene) -> None:
    assert alerts(scene, silent, Trigger.BOTH) == []


def test_by_the_pixels_alone_the_insect_would_alarm() -> None:
    assert alerts(insect, silent, Trigger.EITHER) == ["motion"]


@pytest.mark.parametrize("trigger", list(Trigger))
def test_what_both_see_is_never_lost(trigger: Trigger) -> None:
    assert len(alerts(person, speaks, trigger)) == 1


@pytest.mark.parametrize(
    ("scene", "pir", "heard"),
    [
        (still, speaks, {Trigger.EITHER, Trigger.SENSOR}),
        (person, silent, {Trigger.EITHER, Trigger.PRIOR, Trigger.PIXELS}),
    ],
)
def test_what_one_alone_sees(scene: Scene, pir: Callable[[float], bool], heard: set[Trigger]) -> None:
    assert {trigger for trigger in Trigger if alerts(scene, pir, trigger)} == heard
