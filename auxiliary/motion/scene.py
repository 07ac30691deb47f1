"""What has been learnt about one scene, and the way of one frame through it.

Cells -> steadied -> light -> contrast against background and noise -> foreground -> presence -> regions -> tracks -> things; then
noise, blinking and background learn, each told where something stands. One scene lives until the source jumps.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auxiliary.motion.background import Background, share
from auxiliary.motion.blink import BlinkMap
from auxiliary.motion.filters import Cells, Mask, dilate, erode
from auxiliary.motion.light import LightModel
from auxiliary.motion.noise import NoiseModel
from auxiliary.motion.regions import NO_LABELS, Labels, label
from auxiliary.motion.shake import steadied
from auxiliary.motion.tracks import Region, Tracker
from auxiliary.motion.tuning import Tuning

_ONCE = np.float32(1.02)


@dataclass(frozen=True, slots=True)
class Sighting:
    """The regions of one frame and which of them are things. Sizes in foreground cells, strengths in thresholds."""

    labels: Labels
    things: list[int]
    sizes: NDArray[np.float64]
    strengths: NDArray[np.float64]


class Scene:
    """Everything learnt since the first frame of a scene. Times are seconds on the caller's monotonic clock."""

    def __init__(self, cells: Cells, now: float, tuning: Tuning, strictness: float, ignored: Mask | None) -> None:
        shape = (cells.shape[0], cells.shape[1])
        self._tuning = tuning
        self._ignored = ignored
        self._shape = shape
        self._background = Background(cells, tuning)
        self._light = LightModel(*shape, tuning)
        self._noise = NoiseModel(shape, tuning, strictness)
        self._blink = BlinkMap(shape, tuning)
        self._tracker = Tracker(shape, tuning)
        self._presence: Cells = np.zeros(shape, np.float32)
        self._nowhere: Mask = np.zeros(shape, np.bool_)
        self._things = self._travellers = self._nowhere
        self._since = now
        self._silent_until = now + tuning.warm_up_seconds

    def observe(self, cells: Cells, now: float, elapsed_seconds: float, least_size: float) -> Sighting | None:
        """Take one frame in; the regions of at least `least_size` cells, or None while the scene is being learnt."""
        tuning = self._tuning
        cells = steadied(cells, self._background.cells)
        light = self._light.change(cells, self._background.cells)
        contrast = self._background.contrast(cells, light)
        if self._ignored is not None:
            contrast[self._ignored] = 0
        thresholds = self._noise.thresholds(light)
        strong = contrast > thresholds
        if np.count_nonzero(strong) > tuning.changed_share * strong.size:
            self._silent_until = max(self._silent_until, now + tuning.relearn_seconds)
        foreground = dilate(strong)
        foreground &= contrast > thresholds * np.float32(tuning.growth)
        foreground = erode(dilate(foreground))
        pace = share(elapsed_seconds, tuning.presence_seconds)
        self._presence += (foreground - self._presence) * pace
        self._background.notice_changes(cells, thresholds, elapsed_seconds)
        learning = now < self._silent_until
        once = _ONCE * pace  # more presence than a single frame gives, however slow the frames come
        sighting = self._sight(contrast, thresholds, foreground, now, least_size, once, learning=learning)
        self._learn(cells, light, contrast, foreground, now, elapsed_seconds, learning=learning)
        return None if learning else sighting

    def _sight(
        self,
        contrast: Cells,
        thresholds: Cells,
        foreground: Mask,
        now: float,
        least_size: float,
        once: np.float32,
        *,
        learning: bool,
    ) -> Sighting:
        """Regions of foreground that stayed or are strong, and which of them are things."""
        tuning = self._tuning
        active = self._presence > tuning.candidate_presence
        active |= contrast > thresholds * np.float32(tuning.strong_factor)
        active &= foreground
        if not active.any():
            return self._nothing(now)
        labels = label(dilate(active))
        sizes = labels.sums(foreground)
        strengths = labels.sums(foreground * contrast / thresholds) / np.maximum(sizes, 1)
        presences = labels.peaks(self._presence)
        strong = (sizes > tuning.strong_area * foreground.size) & (strengths > 2.2)
        needed = np.where(strong, tuning.strong_presence, tuning.needed_presence)
        lasting = presences >= np.maximum(needed, once)
        candidates = np.flatnonzero(lasting & (sizes >= least_size)).tolist()
        changed = labels.sums(self._background.unchanged_seconds < tuning.active_seconds)
        cells = np.bincount(labels.regions, minlength=len(labels.extents))
        regions = [
            Region(labels.extents[k], sizes[k], changed[k] / cells[k], self._blink.busy(labels.extents[k]))
            for k in candidates
        ]
        verdicts = self._tracker.judge(regions, now)
        things = [k for k, verdict in zip(candidates, verdicts, strict=True) if verdict.thing and not learning]
        travellers = [k for k, verdict in zip(candidates, verdicts, strict=True) if verdict.traveller and not learning]
        self._things = self._around(labels, things)
        self._travellers = self._around(labels, travellers)
        return Sighting(labels, things, sizes, strengths)

    def _around(self, labels: Labels, chosen: list[int]) -> Mask:
        return dilate(labels.mask(chosen, self._shape), 2) if chosen else self._nowhere

    def _nothing(self, now: float) -> Sighting:
        self._tracker.judge([], now)
        self._things = self._travellers = self._nowhere
        return Sighting(NO_LABELS, [], np.zeros(0), np.zeros(0))

    def _learn(
        self,
        cells: Cells,
        light: Cells,
        contrast: Cells,
        foreground: Mask,
        now: float,
        elapsed_seconds: float,
        *,
        learning: bool,
    ) -> None:
        age = now - self._since
        self._blink.learn(foreground, self._travellers, elapsed_seconds, age)
        occupied = dilate(foreground)
        candidates = occupied & (self._presence > self._tuning.candidate_presence)
        candidates &= ~self._blink.blinking()
        hurry = age < self._tuning.warm_up_seconds
        things = self._things if age > self._tuning.settling_seconds else self._travellers
        self._noise.learn(contrast, elapsed_seconds, candidates=candidates, things=things, hurry=hurry)
        if learning:
            self._background.hurry(cells, elapsed_seconds)
        else:
            self._background.learn(cells, light, occupied, elapsed_seconds)
