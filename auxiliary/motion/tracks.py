"""Tracks: what a region did in the last seconds decides whether it is a thing.

Where nothing blinks, a region is a thing if it changes. Where leaves or snow are at work, it must travel, or be far larger than what that
area produces by itself. What has once travelled off its first place is trusted while it can be followed, also standing still.
"""

from collections import deque
from dataclasses import dataclass
from math import dist, inf

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
    """A region followed through time. `path` is the length of the way of its centre, in cells."""

    extent: Extent
    first: Extent
    since: float
    seen_at: float
    path: float = 0.0
    steps: int = 0
    travelled_at: float = -inf
    trusted: bool = False

    @classmethod
    def begin(cls, extent: Extent, now: float, *, trusted: bool = False) -> "Track":
        """Start following a region where it is first seen."""
        return cls(extent, extent, now, now, trusted=trusted)

    @property
    def net(self) -> float:
        """Cells between the centre now and at first."""
        return dist(self.extent.centre, self.first.centre)

    def move(self, extent: Extent, now: float) -> None:
        """Take in where the region is in the next frame."""
        self.path += dist(extent.centre, self.extent.centre)
        self.steps += 1
        self.extent, self.seen_at = extent, now


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

    def judge(self, regions: list[Region], now: float, doubt_since: float | None = None) -> list[Verdict]:
        """Follow the regions of one frame, largest first, and judge each. In doubt, only what was seen before and travels counts."""
        self._usual.learn(now)
        order = sorted(range(len(regions)), key=lambda k: -regions[k].extent.area)
        verdicts = [Verdict(False, False)] * len(regions)
        taken: dict[int, Track] = {}
        for k in order:
            track = self._follow(regions[k], now, taken)
            taken[id(track)] = track
            verdict = self._verdict(regions[k], track, now)
            if doubt_since is not None:
                believed = verdict.traveller and track.since < doubt_since
                verdict = Verdict(believed, believed)
            verdicts[k] = verdict
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
            return Track.begin(extent, now)
        if id(best) in taken:  # a piece broke off: it is trusted like the whole, but only if it moves
            moves = region.active_share > self._tuning.active_share
            return Track.begin(extent, now, trusted=best.trusted and moves)
        best.move(extent, now)
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
        lasts = track.steps > 1 and now - track.since >= tuning.travel_seconds
        straight = lasts and track.net > tuning.travel_straightness * track.path
        distance = max(tuning.travel_cells, tuning.travel_sizes * region.extent.area**0.5)
        if straight and track.net > distance:
            track.travelled_at = now
        track.trusted = track.trusted or (straight and region.extent.overlap(track.first) == 0)
        travels = now - track.travelled_at <= tuning.travel_memory_seconds
        huge = region.extent.area > tuning.huge_area * self._cells
        if region.busy:
            seen_twice = track.steps > 0 or huge  # no flake is in the same place in two frames
            outgrown = seen_twice and region.size > tuning.clutter_factor * self._usual.size(region.extent)
            return Verdict(travels or outgrown, travels)
        active = region.active_share > tuning.active_share
        return Verdict(track.trusted or travels or huge or active, track.trusted or travels)


class _Clutter:
    """How large the regions are that an area produces without anything travelling through it."""

    def __init__(self, shape: tuple[int, int], tuning: Tuning) -> None:
        self._tuning = tuning
        self._sizes: Cells = np.zeros((shape[0] // _BLOCK + 1, shape[1] // _BLOCK + 1), np.float32)
        self._pending: deque[tuple[float, Track, Extent, float]] = deque()
        self._at: float | None = None
        self._since: float | None = None

    def learn(self, now: float) -> None:
        """Take in what was seen long enough ago to know that it did not travel."""
        if self._at is None or self._since is None:
            self._at = self._since = now
        elapsed, self._at = now - self._at, now
        lag = self._tuning.clutter_lag_seconds if now - self._since > self._tuning.settling_seconds else 0.0
        self._sizes *= 1 - share(elapsed, self._tuning.clutter_seconds)
        while self._pending and now - self._pending[0][0] > lag:
            _, track, extent, size = self._pending.popleft()
            if not track.trusted and track.travelled_at == -inf:
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
