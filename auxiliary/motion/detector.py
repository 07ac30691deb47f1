"""The motion detector: a running background per cell, and what differs from it."""

import numpy as np
from numpy.typing import NDArray

from auxiliary.motion.types import NO_MOTION, Box, Luma, Motion, MotionSettings

PLANE_WIDTH = 320
ANALYSED_FRAMES_PER_SECOND = 10.0
_CELLS_ACROSS = 80
_LEARNING_SECONDS = 2.0
_MEMORY_SECONDS = 5.0


class MotionDetector:
    """Implements `MotionDetection`. `frames_per_second` is a hint; `at_seconds` is what counts."""

    def __init__(
        self, width: int, height: int, frames_per_second: float, settings: MotionSettings = MotionSettings()
    ) -> None:
        self._shape = (height, width)
        self._block = max(1, width // _CELLS_ACROSS)
        self._threshold = 6.0 * 4.0 ** (0.5 - settings.sensitivity)
        self._background: NDArray[np.float32] | None = None
        self._since = self._last = 0.0

    def step(self, luma: Luma, at_seconds: float) -> Motion:
        if luma.shape != self._shape:
            raise ValueError(f"expected a plane of {self._shape}, got {luma.shape}")
        k = self._block
        rows, columns = self._shape[0] // k, self._shape[1] // k
        grid = luma[: rows * k, : columns * k].reshape(rows, k, columns, k).mean(axis=(1, 3), dtype=np.float32)
        cells = np.sqrt(grid + 8) * 16
        if self._background is None:
            self._background, self._since, self._last = cells, at_seconds, at_seconds
            return NO_MOTION
        difference = cells - self._background
        difference -= np.median(difference)
        elapsed, self._last = at_seconds - self._last, at_seconds
        self._background += min(1.0, elapsed / _MEMORY_SECONDS) * (cells - self._background)
        moving = np.abs(difference) > self._threshold
        if at_seconds - self._since < _LEARNING_SECONDS or moving.sum() < 8 or moving.mean() > 0.5:
            return NO_MOTION
        ys, xs = np.nonzero(moving)
        left, top = float(xs.min()), float(ys.min())
        box = Box(left / columns, top / rows, (xs.max() + 1 - left) / columns, (ys.max() + 1 - top) / rows)
        return Motion(detected=True, score=min(1.0, 0.5 + float(moving.mean())), boxes=(box,))

    def relearn(self) -> None:
        self._background = None
