"""Tamper: real footage made dark, foggy, covered, sprayed, blurred and turned. Only the last four are told."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from auxiliary.motion.types import Luma
from auxiliary.motion.view import ViewState, ViewWatch
from auxiliary.source.recording import open_recording

SAMPLE = Path(__file__).parent.parent / "sample"
CHANGES_AT, RATE = 24.0, 4.0
Change = Callable[[Luma, float], np.ndarray]


@cache
def footage(name: str) -> list[Luma]:
    recording = open_recording(SAMPLE / name, frames_per_second=RATE, luma_width=320)
    frames = [frame.luma for frame in recording.read()][:100]
    return frames + frames[::-1]


def told(
    change: Change, seconds: float, *, name: str = "yard.mp4", noise: float = 2.0
) -> list[tuple[float, ViewState]]:
    """When the state changed: seconds after the change of the scene, and to what."""
    random, watch, states = np.random.default_rng(4), ViewWatch(), [(0.0, ViewState.GOOD)]
    grains = random.normal(0, noise, (4, *footage(name)[0].shape)).astype(np.float32)
    for k in range(round((CHANGES_AT + seconds) * RATE)):
        at, luma = k / RATE, footage(name)[k % len(footage(name))]
        if at >= CHANGES_AT:
            grain = np.roll(grains[k % 4], int(random.integers(luma.size)))
            luma = (change(luma.astype(np.float32), at - CHANGES_AT) + grain).clip(0, 255).astype(np.uint8)
        state = watch.step(luma, at)
        if state is not states[-1][1]:
            states.append((at - CHANGES_AT, state))
    return states[1:]


def hand(level: float) -> Change:
    """Something is held before the lens, from the side, within a second."""

    def cover(luma: np.ndarray, since: float) -> np.ndarray:
        covered = luma.copy()
        covered[:, : round(min(1.0, since) * luma.shape[1])] = level
        return covered

    return cover


def blurred(luma: np.ndarray, _since: float) -> np.ndarray:
    for _ in range(20):
        wide = np.pad(luma, 1, mode="edge")
        luma = (wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:] + luma) / 5
    return luma


@pytest.mark.parametrize("name", ["yard.mp4", "plaza.mp4"])
@pytest.mark.parametrize(
    ("change", "expected", "within"),
    [
        (hand(60.0), ViewState.COVERED, 15),
        (hand(3.0), ViewState.COVERED, 15),
        (lambda luma, _: np.full_like(luma, 150), ViewState.COVERED, 15),
        (lambda luma, _: np.roll(luma, (30, 90), (0, 1)), ViewState.MOVED, 15),
        (blurred, ViewState.DEFOCUSED, 36),
    ],
    ids=["hand", "black tape", "spray", "turned", "defocused"],
)
def test_a_camera_that_cannot_see_says_why(name: str, change: Change, expected: ViewState, within: float) -> None:
    ((at, state),) = told(change, within, name=name)
    assert state is expected
    assert at > 5, "a passer-by close to the lens is no tampering"


@pytest.mark.parametrize(
    "change",
    [
        lambda luma, _: luma,
        lambda luma, _: luma * 0.1,
        lambda luma, _: luma * 0 + 4,
        lambda luma, since: luma * max(0.0, 1 - since / 20) + 3,
        lambda luma, since: luma * (0.08 if since % 4 < 2 else 1.0),
        lambda luma, _: luma * 0.15 + 140,
        lambda luma, since: hand(60.0)(luma, 1.0) if since < 4 else luma,
    ],
    ids=["nothing", "dim", "lights out", "dusk", "a lamp switched again and again", "fog", "somebody close, briefly"],
)
def test_darkness_fog_and_passers_by_are_no_tampering(change: Change) -> None:
    assert told(change, 34) == []


def test_it_is_good_again_when_it_is() -> None:
    def for_a_while(luma: np.ndarray, since: float) -> np.ndarray:
        return hand(60.0)(luma, since) if since < 20 else luma

    states = told(for_a_while, 32)
    assert [state for _, state in states] == [ViewState.COVERED, ViewState.GOOD]
    assert 23 < states[1][0] < 30


def test_another_view_becomes_the_view_and_the_old_one_is_still_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auxiliary.motion.view._ACCEPT_SECONDS", 20.0)

    def turned(luma: np.ndarray, since: float) -> np.ndarray:
        return np.roll(luma, 90, 1) if since < 50 else luma

    assert [state for _, state in told(turned, 80)] == [ViewState.MOVED, ViewState.GOOD]


def test_a_picture_without_structure_tells_nothing() -> None:
    watch, random = ViewWatch(), np.random.default_rng(1)
    for k in range(300):
        assert watch.step(random.normal(120, 3, (240, 320)).astype(np.uint8), k / 5) is ViewState.GOOD


def test_painted_areas_do_not_pass_for_a_view() -> None:
    half = ((0.0, 0.0), (0.55, 0.0), (0.55, 1.0), (0.0, 1.0))
    watch = ViewWatch((half,))
    random, painted = np.random.default_rng(1), random_pattern()
    for k in range(400):
        luma = footage("yard.mp4")[k % 100].copy() if k < 200 else random.normal(150, 2, (240, 320)).astype(np.uint8)
        luma = np.resize(luma, (240, 320)) if luma.shape != (240, 320) else luma
        luma[:, : round(0.55 * 320)] = painted[:, : round(0.55 * 320)]
        watch.step(luma, k / 5)
    assert watch.state is ViewState.COVERED


def random_pattern() -> Luma:
    pattern: Luma = np.kron(np.random.default_rng(2).integers(0, 255, (24, 32)), np.ones((10, 10))).astype(np.uint8)
    return pattern
