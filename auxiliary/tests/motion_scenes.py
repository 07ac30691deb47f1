"""Synthetic scenes for the motion tests: a textured yard with sensor noise, a walker, and nuisances, all from a seed.

A scene is a function from seconds to a float picture in grey levels; `watch` films it and returns what the detector says.
"""

from collections.abc import Callable, Iterator

import numpy as np

from auxiliary.motion import Motion, MotionDetector, MotionSettings
from auxiliary.motion.tuning import Tuning

WIDTH, HEIGHT = 320, 240
Scene = Callable[[float], np.ndarray]
ROWS, COLUMNS = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)


def yard(seed: int = 1, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """A still picture with coarse and fine texture, 40 to 200 grey levels."""
    random = np.random.default_rng(seed)
    picture = np.full((height, width), 120.0)
    for size, strength in ((60, 35.0), (20, 18.0), (6, 10.0), (2, 4.0)):
        coarse = random.normal(0, strength, (height // size + 2, width // size + 2))
        picture += np.kron(coarse, np.ones((size, size)))[:height, :width]
    return np.asarray(np.clip(picture, 40, 200))


def walker(picture: np.ndarray, x: float, y: float, tall: float, level: float = 30.0) -> np.ndarray:
    """`picture` with somebody `tall` pixels high whose left top corner is at (x, y)."""
    out = picture.copy()
    left, right = max(0, round(x)), max(0, round(x + 0.36 * tall))
    out[round(y) : round(y + tall), left:right] = level
    return out


def film(
    scene: Scene, seconds: float, *, frames_per_second: float = 10.0, noise: float = 1.5, seed: int = 2
) -> Iterator[tuple[float, np.ndarray]]:
    """Frames of a scene with fresh sensor noise: (seconds, luma)."""
    random = np.random.default_rng(seed)
    grains: np.ndarray | None = None
    for k in range(round(seconds * frames_per_second)):
        at = k / frames_per_second
        picture = scene(at)
        if grains is None:  # a few grains of noise in random order and place: drawing fresh ones takes most of the time
            grains = random.normal(0, noise, (8, *picture.shape)).astype(np.float32)
        grain = np.roll(grains[random.integers(8)], int(random.integers(picture.size)))
        yield at, np.clip(picture + grain, 0, 255).astype(np.uint8)


def watch(
    scene: Scene,
    seconds: float,
    *,
    settings: MotionSettings = MotionSettings(),
    tuning: Tuning = Tuning(),
    frames_per_second: float = 10.0,
    noise: float = 1.5,
) -> list[tuple[float, Motion]]:
    """What a fresh detector says to each frame of a scene."""
    detector: MotionDetector | None = None
    said = []
    for at, luma in film(scene, seconds, frames_per_second=frames_per_second, noise=noise):
        detector = detector or MotionDetector(luma.shape[1], luma.shape[0], frames_per_second, settings, tuning)
        said.append((at, detector.step(luma, at)))
    return said


def alarms(said: list[tuple[float, Motion]], since: float = 0.0, until: float = 1e9) -> list[float]:
    """The times of the frames with motion in [since, until)."""
    return [at for at, motion in said if motion.detected and since <= at < until]


def share(said: list[tuple[float, Motion]], since: float, until: float) -> float:
    """Share of the frames in [since, until) with motion."""
    frames = [motion.detected for at, motion in said if since <= at < until]
    return sum(frames) / len(frames)
