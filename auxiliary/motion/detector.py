"""The motion detector: settings and planes in, verdicts with boxes and a score out.

`scene.Scene` does the seeing; this module cuts planes into cells, keeps time, applies sizes and zones, and speaks relative coordinates.
"""

import numpy as np
from numpy.typing import NDArray

from auxiliary.motion.cells import CellGrid
from auxiliary.motion.exposure import ExposureWatch, NightWatch
from auxiliary.motion.regions import Extent
from auxiliary.motion.scene import Demand, Scene, Sighting
from auxiliary.motion.tuning import Tuning
from auxiliary.motion.types import NO_HINTS, NO_MOTION, Box, Hints, Luma, Motion, MotionSettings
from auxiliary.motion.zones import covered

PLANE_WIDTH = 320
"""Columns of the plane that the measured scores belong to; the rows follow from the shape of the picture."""

ANALYSED_FRAMES_PER_SECOND = 10.0
"""Analysed frames a second that the measured scores belong to."""

_LONGEST_STEP_SECONDS = 1.0  # after a longer gap the new frame weighs as if it had been this long
_LEAST_CELLS = 6.0  # whatever the settings say, less is noise
_MOST_BOXES = 16  # of one frame, the largest ones
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
        self._scene: Scene | None = None
        self._last_at = 0.0
        self._night = NightWatch()
        self._exposure = ExposureWatch()
        self.apply(settings)

    def apply(self, settings: MotionSettings) -> None:
        """Take other settings; see `MotionDetection.apply`."""
        rows, columns = self._grid.rows, self._grid.columns
        self._settings = settings
        self._ignored = covered(settings.masks, rows, columns) if settings.masks else None
        self._zones = covered(settings.zones, rows, columns) if settings.zones else None

    def step(self, luma: Luma, at_seconds: float, hints: Hints = NO_HINTS) -> Motion:
        """Judge one frame; see `MotionDetection.step`."""
        cells = self._grid.cells(luma)
        self._night.look(luma, hints.exposure, self._settings.night_below_lux, at_seconds)
        if self._scene is None:
            self._scene = Scene(cells, at_seconds, self._tuning)
            self._last_at = at_seconds
            return NO_MOTION
        elapsed = at_seconds - self._last_at
        elapsed = min(elapsed, _LONGEST_STEP_SECONDS) if elapsed > 0 else self._usual_step_seconds
        self._last_at = at_seconds
        demand = self._demand(hints.expectation)
        jumped = self._exposure.jumped(hints.exposure, elapsed)
        sighting = self._scene.observe(cells, at_seconds, elapsed, demand, self._ignored, light_jumped=jumped)
        return NO_MOTION if sighting is None else self._verdict(sighting, demand.least_size)

    def _demand(self, expectation: float) -> Demand:
        """What a thing must show now: by the settings, day or night, and by what other sensors say."""
        settings = self._settings
        sensitivity, smallest = settings.sensitivity, settings.smallest_person
        if self._night.is_night:
            sensitivity = sensitivity if settings.night_sensitivity is None else settings.night_sensitivity
            smallest = smallest if settings.night_smallest_person is None else settings.night_smallest_person
        # A person is about 0.4 as wide as high and fills 0.6 of that rectangle.
        person = 0.24 * (smallest * self._grid.rows) ** 2
        return Demand(
            strictness=4.0 ** (0.5 - sensitivity) * expectation**0.5,
            least_size=max(_LEAST_CELLS, person * expectation),
            patience=expectation**0.35,
        )

    def relearn(self) -> None:
        """Forget the scene; see `MotionDetection.relearn`."""
        self._scene = None

    def _verdict(self, sighting: Sighting, least_size: float) -> Motion:
        things = sighting.things
        if self._zones is not None and things:
            shares = sighting.labels.sums(self._zones) / np.bincount(sighting.labels.regions)
            things = [k for k in things if shares[k] >= _ZONE_SHARE]
        if not things:
            return NO_MOTION
        score = _score(sighting.sizes[things] / least_size, sighting.strengths[things])
        largest = sorted(things, key=lambda k: -sighting.sizes[k])[:_MOST_BOXES]
        return Motion(True, score, tuple(self._box(sighting.labels.extents[k]) for k in largest))

    def _box(self, extent: Extent) -> Box:
        rows, columns = self._grid.rows, self._grid.columns
        return Box(extent.x / columns, extent.y / rows, extent.w / columns, extent.h / rows)


def _score(sizes: NDArray[np.float64], strengths: NDArray[np.float64]) -> float:
    """0.5 for the smallest and faintest thing, 0.75 for four times its area or contrast, near 1 for a person close by."""
    return float(1 - 0.5 ** np.sqrt((sizes * np.maximum(strengths, 1.0)).max()))
