"""Noise: for each cell the contrast that it shows by itself, learnt as a running quantile.

Sensor noise, compression, leaves, snow, water: whatever a place does all the time is its noise. The quantile climbs by a fixed step
while it is exceeded and sinks by a fixed smaller one while it is not (stochastic approximation, H. Robbins and S. Monro, 1951), so it
needs neither history nor a model of the distribution. Under things the learning is slowed, or a person would soon be noise.
"""

import numpy as np

from auxiliary.motion.filters import Cells, Mask, max3, mean3
from auxiliary.motion.tuning import Tuning


class NoiseModel:
    """The learnt quantile of one grid and the thresholds that follow from it."""

    def __init__(self, shape: tuple[int, int], tuning: Tuning) -> None:
        self._tuning = tuning
        self._quantile: Cells = np.full(shape, tuning.noise_start_levels, np.float32)

    def thresholds(self, light: Cells, strictness: float = 1.0) -> Cells:
        """Contrast above which a cell is foreground: the noise of its 5 x 5 neighbourhood, times `strictness`, and doubt about `light`."""
        tuning = self._tuning
        thresholds = mean3(max3(max3(self._quantile)))
        thresholds *= np.float32(tuning.noise_factor * strictness)
        thresholds += np.float32(tuning.noise_margin_levels * strictness)
        np.maximum(thresholds, np.float32(tuning.floor_levels * strictness), out=thresholds)
        doubt = np.abs(light)
        doubt *= np.float32(tuning.light_doubt)
        thresholds += doubt
        return thresholds

    def learn(
        self, contrast: Cells, elapsed_seconds: float, *, candidates: Mask | None, things: Mask, hurry: bool
    ) -> None:
        """Take one frame's contrasts in; slowly under `candidates`, hardly under `things`, several times faster in a hurry."""
        tuning = self._tuning
        up = tuning.noise_step_levels * elapsed_seconds * (3 if hurry else 1)
        down = tuning.noise_step_levels * elapsed_seconds * (1 / tuning.noise_quantile - 1) * (6 if hurry else 1)
        step: Cells = np.full(contrast.shape, -down, np.float32)
        np.copyto(step, np.float32(up), where=contrast > self._quantile)
        if candidates is not None:
            np.multiply(step, np.float32(tuning.noise_learning_under_candidates), out=step, where=candidates & ~things)
        if things.any():
            np.multiply(step, np.float32(tuning.noise_learning_under_things), out=step, where=things)
        self._quantile += step
        least, most = tuning.noise_range_levels
        np.maximum(self._quantile, np.float32(least), out=self._quantile)
        np.minimum(self._quantile, np.float32(most), out=self._quantile)
