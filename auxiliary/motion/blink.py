"""Blinking: how often the cells of an area flip between foreground and background.

Leaves, snow, water and displays flip all the time where they are; a person flips a cell twice in passing. Kept on blocks of cells, since a
gust moves the same leaves over the neighbouring cells.
"""

import numpy as np

from auxiliary.motion.background import share
from auxiliary.motion.filters import Cells, Mask, block_mean, mean3
from auxiliary.motion.regions import Extent
from auxiliary.motion.tuning import Tuning

_BLOCK = 4


class BlinkMap:
    """Flips per second and cell: lately (`blinking`), and over the last minute (`busy`: quick to rise, slow to forget)."""

    def __init__(self, shape: tuple[int, int], tuning: Tuning) -> None:
        self._tuning = tuning
        self._shape = shape
        self._before: Mask = np.zeros(shape, np.bool_)
        self._lately: Cells = np.zeros((shape[0] // _BLOCK, shape[1] // _BLOCK), np.float32)
        self._long: Cells = self._lately.copy()

    def learn(self, foreground: Mask, travellers: Mask, elapsed_seconds: float, age_seconds: float) -> None:
        """Take one frame in; what `travellers` flip does not count for the long run."""
        tuning = self._tuning
        flips = foreground ^ self._before
        self._before = foreground
        rate = mean3(block_mean(flips, _BLOCK))
        rate *= np.float32(1 / max(elapsed_seconds, 1e-3))
        self._lately += (rate - self._lately) * share(elapsed_seconds, tuning.blink_seconds)
        rate[block_mean(travellers, _BLOCK) > 0] = 0
        change = rate - self._long
        rise = share(elapsed_seconds, min(max(age_seconds, 2.0), tuning.busy_rise_seconds))
        change *= np.where(change > 0, rise, min(rise, share(elapsed_seconds, tuning.busy_fall_seconds)))
        self._long += change

    def blinking(self) -> Mask:
        """Cells that flip so often that they are noise, whatever stands there."""
        return self._spread(self._lately > self._tuning.blink_per_second)

    def busy(self, extent: Extent) -> bool:
        """Whether something has been flipping the cells of this extent over the last minute."""
        rows = slice(extent.y // _BLOCK, (extent.y + extent.h - 1) // _BLOCK + 1)
        columns = slice(extent.x // _BLOCK, (extent.x + extent.w - 1) // _BLOCK + 1)
        blocks = self._long[rows, columns]
        return blocks.size > 0 and float(blocks.mean()) > self._tuning.busy_per_second

    def _spread(self, blocks: Mask) -> Mask:
        cells = np.zeros(self._shape, np.bool_)
        wide = blocks.repeat(_BLOCK, axis=0).repeat(_BLOCK, axis=1)
        cells[: wide.shape[0], : wide.shape[1]] = wide
        return cells
