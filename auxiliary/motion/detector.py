"""The motion detector: settings and planes in, verdicts with boxes and a score out.

`scene.Scene` does the seeing; this module cuts planes into cells, keeps time, applies sizes and zones, and speaks relative coordinates.
"""

import numpy as np
from numpy.typing import NDArray

from auxiliary.motion.cells import CellGrid
from auxiliary.motion.regions import Extent
from auxiliary.motion.scene import Scene, Sighting
from auxiliary.motion.tuning import Tuning
from auxiliary.motion.types import NO_MOTION, Box, Luma, Motion, MotionSettings
from auxiliary.motion.zones import covered

PLANE_WIDTH = 320
"""Columns of the plane that the measured scores belong to; the rows follow from the shape of the picture."""

ANALYSED_FRAMES_PER_SECOND = 10.0
"""Analysed frames a second that the measured scores belong to."""

_LONGEST_STEP_SECONDS = 1.0  # after a longer gap the new frame weighs as if it had been this long
_LEAST_CELLS = 6.0  # whatever the settings say, less is noise
_ZONE_SHARE = 1 / 3  # of a region's cells must lie in a zone


class MotionDetector:
    """Implements `MotionDetection`. `frames_per_second` is a hint for frames without a time; `at_seconds` is what counts."""

    def __init__(
        self,
        width: int,
        height: int,
        frames_per_second: float = ANALYSED_FRAMES_PER_SECOND,
        settings: MotionSettings = MotionSettings(),
        tuning: Tuning = Tuning(),
    ) -> None:
        self._tuning = tuning
        self._usual_step_seconds = 1 / frames_per_second
        self._grid = CellGrid(width, height)
        rows, columns = self._grid.rows, self._grid.columns
        self._strictness = 4.0 ** (0.5 - settings.sensitivity)
        # A person is about 0.4 as wide as high and fills 0.6 of that rectangle.
        self._least_size = max(_LEAST_CELLS, 0.24 * (settings.smallest_person * rows) ** 2)
        self._ignored = covered(settings.masks, rows, columns) if settings.masks else None
        self._zones = covered(settings.zones, rows, columns) if settings.zones else None
        self._scene: Scene | None = None
        self._last_at = 0.0

    def step(self, luma: Luma, at_seconds: float) -> Motion:
        """Judge one frame; see `MotionDetection.step`."""
        cells = self._grid.cells(luma)
        if self._scene is None:
            self._scene = Scene(cells, at_seconds, self._tuning, self._strictness, self._ignored)
            self._last_at = at_seconds
            return NO_MOTION
        elapsed = at_seconds - self._last_at
        elapsed = min(elapsed, _LONGEST_STEP_SECONDS) if elapsed > 0 else self._usual_step_seconds
        self._last_at = at_seconds
        sighting = self._scene.observe(cells, at_seconds, elapsed, self._least_size)
        return NO_MOTION if sighting is None else self._verdict(sighting)

    def relearn(self) -> None:
        """Forget the scene; see `MotionDetection.relearn`."""
        self._scene = None

    def _verdict(self, sighting: Sighting) -> Motion:
        things = sighting.things
        if self._zones is not None and things:
            shares = sighting.labels.sums(self._zones) / np.bincount(sighting.labels.regions)
            things = [k for k in things if shares[k] >= _ZONE_SHARE]
        if not things:
            return NO_MOTION
        boxes = tuple(self._box(sighting.labels.extents[k]) for k in things)
        return Motion(True, self._score(sighting.sizes[things], sighting.strengths[things]), boxes)

    def _score(self, sizes: NDArray[np.float64], strengths: NDArray[np.float64]) -> float:
        """0.5 for the smallest and faintest thing, 0.75 for twice its area or contrast, near 1 for a person close by."""
        evidence = sizes / self._least_size * np.maximum(strengths, 1.0)
        return float(1 - 0.5 ** np.sqrt(evidence.max()))

    def _box(self, extent: Extent) -> Box:
        rows, columns = self._grid.rows, self._grid.columns
        return Box(extent.x / columns, extent.y / rows, extent.w / columns, extent.h / rows)
