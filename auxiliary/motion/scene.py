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
_MOST_PRESENCE = 0.9  # what is there all the time approaches 1 and never reaches it


@dataclass(frozen=True, slots=True)
class Sighting:
    """The regions of one frame and which of them are things. Sizes in foreground cells, strengths in thresholds."""

    labels: Labels
    things: list[int]
    sizes: NDArray[np.float64]
    strengths: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Demand:
    """What a thing must show: `strictness` times the usual contrast, `least_size` cells, `patience` times the usual presence."""

    strictness: float = 1.0
    least_size: float = 6.0
    patience: float = 1.0


class Scene:
    """Everything learnt since the first frame of a scene. Times are seconds on the caller's monotonic clock."""

    def __init__(self, cells: Cells, now: float, tuning: Tuning) -> None:
        shape = (cells.shape[0], cells.shape[1])
        self._tuning = tuning
        self._shape = shape
        self._background = Background(cells, tuning)
        self._light = LightModel(*shape, tuning)
        self._noise = NoiseModel(shape, tuning)
        self._blink = BlinkMap(shape, tuning)
        self._tracker = Tracker(shape, tuning)
        self._presence: Cells = np.zeros(shape, np.float32)
        self._nowhere: Mask = np.zeros(shape, np.bool_)
        self._things = self._travellers = self._nowhere
        self._since = now
        self._doubt_since = self._doubtful_until = now
        self._silent_until = now + tuning.warm_up_seconds

    def observe(
        self,
        cells: Cells,
        now: float,
        elapsed_seconds: float,
        demand: Demand,
        ignored: Mask | None = None,
        *,
        light_jumped: bool = False,
    ) -> Sighting | None:
        """Take one frame in; its regions, or None while the scene is being learnt. Cells in `ignored` show nothing.
        While the light has just jumped, what is new is light, and learnt; what travelled before goes on."""
        tuning = self._tuning
        cells = steadied(cells, self._background.cells)
        light = self._light.change(cells, self._background.cells)
        contrast = self._background.contrast(cells, light)
        if ignored is not None:
            contrast[ignored] = 0
        if light_jumped:
            self._doubt_since = self._doubt_since if now < self._doubtful_until else now
            self._doubtful_until = now + tuning.relearn_seconds
        thresholds = self._noise.thresholds(light, demand.strictness)
        strong = contrast > thresholds
        if np.count_nonzero(strong) > tuning.changed_share * strong.size:
            self._silent_until = max(self._silent_until, now + tuning.relearn_seconds)
        foreground = self._grown(strong, contrast, thresholds)
        pace = share(elapsed_seconds, tuning.presence_seconds)
        self._presence += (foreground - self._presence) * pace
        self._background.notice_changes(cells, thresholds, elapsed_seconds)
        learning = now < self._silent_until
        once = _ONCE * pace  # more presence than a single frame gives, however slow the frames come
        sighting = self._sight(contrast, thresholds, foreground, now, demand, once, learning=learning)
        self._learn(cells, light, contrast, foreground, now, elapsed_seconds, learning=learning)
        return None if learning else sighting

    def _grown(self, strong: Mask, contrast: Cells, thresholds: Cells) -> Mask:
        """The strong cells with what hangs together with them, holes closed."""
        if not strong.any():
            return strong
        foreground = dilate(strong)
        foreground &= contrast > thresholds * np.float32(self._tuning.growth)
        return erode(dilate(foreground))

    def _sight(
        self,
        contrast: Cells,
        thresholds: Cells,
        foreground: Mask,
        now: float,
        demand: Demand,
        once: np.float32,
        *,
        learning: bool,
    ) -> Sighting:
        """Regions of foreground that stayed or are strong, and which of them are things."""
        tuning = self._tuning
        active = self._presence > tuning.candidate_presence
        active |= contrast > thresholds * np.float32(tuning.strong_factor)
        active &= foreground
        grown = dilate(active)
        lasts = np.max(self._presence, where=grown, initial=0) >= tuning.strong_presence * min(demand.patience, 1.0)
        if not lasts or np.count_nonzero(grown & foreground) < demand.least_size:
            return self._nothing(now)  # most frames of most days: nothing that could be a thing
        labels = label(grown)
        sizes = labels.sums(foreground)
        strengths = labels.sums(foreground * contrast / thresholds) / np.maximum(sizes, 1)
        presences = labels.peaks(self._presence)
        strong = (sizes > tuning.strong_area * foreground.size) & (strengths > 2.2)
        needed = np.where(strong, tuning.strong_presence, tuning.needed_presence) * demand.patience
        np.minimum(needed, _MOST_PRESENCE, out=needed)
        lasting = presences >= np.maximum(needed, once)
        candidates = np.flatnonzero(lasting & (sizes >= demand.least_size)).tolist()
        changed = labels.sums(self._background.unchanged_seconds < tuning.active_seconds)
        cells = np.bincount(labels.regions, minlength=len(labels.extents))
        regions = [
            Region(labels.extents[k], sizes[k], changed[k] / cells[k], self._blink.busy(labels.extents[k]))
            for k in candidates
        ]
        verdicts = self._tracker.judge(regions, now, self._doubt_since if now < self._doubtful_until else None)
        travellers = [k for k, verdict in zip(candidates, verdicts, strict=True) if verdict.traveller and not learning]
        things = [k for k, verdict in zip(candidates, verdicts, strict=True) if verdict.thing and not learning]
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
        occupied = candidates = None
        if foreground.any():
            occupied = dilate(foreground)
            candidates = occupied & (self._presence > self._tuning.candidate_presence)
            candidates &= ~self._blink.blinking()
        hurry = age < self._tuning.warm_up_seconds
        things = self._things if age > self._tuning.settling_seconds else self._travellers
        self._noise.learn(contrast, elapsed_seconds, candidates=candidates, things=things, hurry=hurry)
        if learning:
            self._background.hurry(cells, elapsed_seconds)
        else:
            settling = ~self._travellers if now < self._doubtful_until else None
            self._background.learn(cells, light, occupied, elapsed_seconds, settling)
