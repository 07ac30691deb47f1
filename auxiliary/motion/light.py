"""Light: what changes over areas larger than things is illumination or exposure, not motion.

A lamp, a cloud, the camera's exposure multiply the light of a surface, so the change is estimated relative to the background:
first the median of the whole picture, then a smooth surface from clipped relative differences (a thing is stronger than
the clip and smaller than the window, so it hardly bends the surface).
"""

import numpy as np

from auxiliary.motion.filters import Cells, block_mean
from auxiliary.motion.tuning import Tuning

_BLOCK = 4  # cells; the surface is smooth, so it is computed on a grid this much coarser


class LightModel:
    """Estimates the change of light between a background and a frame of one grid size."""

    def __init__(self, rows: int, columns: int, tuning: Tuning) -> None:
        radius = columns * tuning.light_radius
        self._clip = np.float32(tuning.light_clip)
        self._down = _window(rows, rows // _BLOCK, radius)
        self._across = np.ascontiguousarray(_window(columns, columns // _BLOCK, radius).T)

    def change(self, cells: Cells, background: Cells) -> Cells:
        """What to add to `background` to see it in the light of `cells`."""
        relative = cells - background
        relative /= background
        overall = np.float32(np.median(relative[1::3, 1::3]))
        relative -= overall
        np.clip(relative, -self._clip, self._clip, out=relative)
        surface = np.asarray(self._down @ block_mean(relative, _BLOCK) @ self._across, np.float32)
        surface += overall
        surface *= background
        return surface


def _window(cells: int, blocks: int, radius: float) -> Cells:
    """Weights (cells x blocks): a box of `radius` cells around each cell, with soft ends, summing to one."""
    centres = (np.arange(blocks) + 0.5) * _BLOCK
    distance = np.abs((np.arange(cells) + 0.5)[:, None] - centres[None, :])
    weights = np.clip((radius + _BLOCK / 2 - distance) / _BLOCK, 0.0, 1.0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)
