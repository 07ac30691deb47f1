"""The background: what each cell looks like when nothing is there, and how a frame differs from it.

It follows fast where nothing is, very slowly under things, and takes in a thing that has not changed for a while (a
parked car). Changes of light reach it everywhere, also under things, so nobody leaves a ghost of the old light behind.
"""

import math

import numpy as np

from auxiliary.motion.filters import Cells, Mask, max3, min3
from auxiliary.motion.tuning import Tuning

_HURRY_SECONDS = 0.28


class Background:
    """The background of one grid, starting from a first frame."""

    def __init__(self, cells: Cells, tuning: Tuning) -> None:
        self.cells = cells.copy()
        self.unchanged_seconds: Cells = np.zeros_like(cells)
        self._tuning = tuning
        self._previous = cells

    def contrast(self, cells: Cells, light: Cells) -> Cells:
        """How far each cell lies outside what the background, lit by `light`, shows within the tolerated sway."""
        lit = self.cells + light
        sway = np.float32(self._tuning.sway_cells)
        highest = max3(lit)
        highest -= lit
        highest *= sway
        lowest = min3(lit)
        lowest -= lit
        lowest *= sway
        above = cells - lit
        below = lowest - above
        above -= highest
        np.maximum(above, below, out=above)
        np.maximum(above, 0, out=above)
        return above

    def notice_changes(self, cells: Cells, thresholds: Cells, elapsed_seconds: float) -> None:
        """Count for how long each cell has not changed from frame to frame (by half its threshold)."""
        change = cells - self._previous
        np.abs(change, out=change)
        change *= 2
        self.unchanged_seconds += np.float32(elapsed_seconds)
        np.copyto(self.unchanged_seconds, 0, where=change > thresholds)
        self._previous = cells

    def learn(
        self, cells: Cells, light: Cells, things: Mask | None, elapsed_seconds: float, settling: Mask | None = None
    ) -> None:
        """Take one frame in; `things` are the cells where something seems to stand, `settling` those to be learnt at once."""
        tuning = self._tuning
        normal = share(elapsed_seconds, tuning.background_seconds)
        pace: Cells = np.full(cells.shape, normal, np.float32)
        if things is not None:
            np.copyto(pace, share(elapsed_seconds, tuning.background_under_things_seconds), where=things)
            parked = self.unchanged_seconds > tuning.parked_after_seconds
            parked &= things
            np.copyto(pace, share(elapsed_seconds, tuning.parked_seconds), where=parked)
        if settling is not None:
            np.copyto(pace, share(elapsed_seconds, _HURRY_SECONDS), where=settling)
        step = cells - self.cells
        step -= light
        step *= pace
        self.cells += step
        self.cells += light * normal

    def hurry(self, cells: Cells, elapsed_seconds: float) -> None:
        """Take one frame in at once, whatever it shows: warm-up, or the whole picture changed."""
        self.cells += (cells - self.cells) * share(elapsed_seconds, _HURRY_SECONDS)


def share(elapsed_seconds: float, time_constant_seconds: float) -> np.float32:
    """The share that an exponential average with this time constant takes from a new value."""
    return np.float32(1 - math.exp(-elapsed_seconds / time_constant_seconds))
