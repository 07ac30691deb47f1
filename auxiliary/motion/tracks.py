"""Tracks: what a region did in the last seconds decides whether it is a thing.

Where nothing blinks, a region is a thing if it changes. Where leaves or snow are at work, it must travel, or be far larger than what that
area produces by itself. What has once travelled off its first place is trusted while it can be followed, also standing still.
"""

from collections import deque
from dataclasses import dataclass
from math import hypot

import numpy as np

from auxiliary.motion.background import share
from auxiliary.motion.filters import Cells
from auxiliary.motion.regions import Extent
from auxiliary.motion.tuning import Tuning

_MARGIN = 4  # cells by which regions of successive frames may miss each other
_BLOCK = 8  # cells; the usual size of clutter is kept per block


@dataclass(slots=True)
class Region:
    """One region of one frame: where, how many foreground cells, the share that changed lately, whether the area is busy."""

    extent: Extent
    size: float
    active_share: float
    busy: bool


@dataclass(slots=True)
class Track:
    """A region followed through time."""

    extent: Extent
    first: Extent
    since: float
    seen_at: float
    path: float = 0.0
    trusted: bool = False

    @property
    def net(self) -> float:
        (x, y), (x0, y0) = self.extent.centre, self.first.centre
        return hypot(x - x0, y - y0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a region is a thing, and whether it is one that travels."""

    thing: bool
    traveller: bool


class Tracker:
    """Follows the regions of one grid. Costs next to nothing while nothing moves."""

    def __init__(self, shape: tuple[int, int], tuning: Tuning) -> None:
        self._tuning = tuning
        self._cells = shape[0] * shape[1]
        self._tracks: list[Track] = []
        self._usual = _Clutter(shape, tuning)

    def judge(self, regions: list[Region], now: float, *, learning: bool) -> list[Verdict]:
        """Follow the regions of one frame, largest first, and judge each; while `learning`, all of it is clutter."""
        self._usual.learn(now, at_once=learning)
        order = sorted(range(len(regions)), key=lambda k: -regions[k].extent.area)
        verdicts = [Verdict(False, False)] * len(regions)
        taken: dict[int, Track] = {}
        for k in order:
            track = self._follow(regions[k], now, taken)
            taken[id(track)] = track
            verdicts[k] = self._verdict(regions[k], track, now)
            self._usual.remember(regions[k], track, now)
        lost = now - self._tuning.lost_seconds
        self._tracks = list(taken.values()) + [t for t in self._tracks if id(t) not in taken and t.seen_at > lost]
        return verdicts

    def _follow(self, region: Region, now: float, taken: dict[int, Track]) -> Track:
        extent = region.extent
        best, most = None, 0.0
        for track in self._tracks:
            shared = extent.overlap(track.extent, _MARGIN) / (extent.area + track.extent.area)
            if shared > most and not (region.busy and (id(track) in taken or self._leaps(track.extent, extent))):
                best, most = track, shared
        if best is None:
            return Track(extent, extent, now, now)
        if id(best) in taken:  # a piece broke off: it is trusted like the whole, but only if it moves
            moves = region.active_share > self._tuning.active_share
            return Track(extent, extent, now, now, trusted=best.trusted and moves)
        (x, y), (x0, y0) = extent.centre, best.extent.centre
        best.path += hypot(x - x0, y - y0)
        best.extent, best.seen_at = extent, now
        return best

    def _leaps(self, old: Extent, new: Extent) -> bool:
        tuning = self._tuning
        (x, y), (x0, y0) = new.centre, old.centre
        return (
            not 1 / tuning.size_ratio < new.area / old.area < tuning.size_ratio
            or abs(x - x0) > 2 + tuning.hop_share * max(old.w, new.w)
            or abs(y - y0) > 2 + tuning.hop_share * max(old.h, new.h)
        )

    def _verdict(self, region: Region, track: Track, now: float) -> Verdict:
        tuning = self._tuning
        for_long = now - track.since >= tuning.travel_seconds
        left = region.extent.overlap(track.first) == 0
        if left and for_long and track.net > tuning.travel_straightness * track.path:
            track.trusted = True
        travelled = for_long and track.net > max(tuning.travel_cells, 0.7 * track.path)
        huge = region.extent.area > tuning.huge_area * self._cells
        if region.busy:
            outgrown = region.size > tuning.clutter_factor * self._usual.size(region.extent)
            return Verdict(track.trusted or travelled or huge or outgrown, track.trusted or travelled)
        active = region.active_share > tuning.active_share
        return Verdict(track.trusted or travelled or huge or active, track.trusted)


class _Clutter:
    """How large the regions are that an area produces without anything travelling through it."""

    def __init__(self, shape: tuple[int, int], tuning: Tuning) -> None:
        self._tuning = tuning
        self._sizes: Cells = np.zeros((shape[0] // _BLOCK + 1, shape[1] // _BLOCK + 1), np.float32)
        self._pending: deque[tuple[float, Track, Extent, float]] = deque()
        self._at: float | None = None

    def learn(self, now: float, *, at_once: bool) -> None:
        """Take in what was seen long enough ago to know that it did not travel."""
        elapsed = 0.0 if self._at is None else now - self._at
        self._at = now
        self._sizes *= 1 - share(elapsed, self._tuning.clutter_seconds)
        while self._pending and (at_once or now - self._pending[0][0] > self._tuning.clutter_lag_seconds):
            _, track, extent, size = self._pending.popleft()
            if not track.trusted:
                blocks = self._blocks(extent)
                self._sizes[blocks] = np.maximum(self._sizes[blocks], np.float32(size))

    def remember(self, region: Region, track: Track, now: float) -> None:
        self._pending.append((now, track, region.extent, region.size))

    def size(self, extent: Extent) -> float:
        return float(self._sizes[self._blocks(extent)].max())

    @staticmethod
    def _blocks(extent: Extent) -> tuple[slice, slice]:
        rows = slice(extent.y // _BLOCK, (extent.y + extent.h - 1) // _BLOCK + 1)
        return rows, slice(extent.x // _BLOCK, (extent.x + extent.w - 1) // _BLOCK + 1)
