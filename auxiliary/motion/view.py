"""Whether the camera still sees what it is there to see: covered, sprayed, out of focus or turned away is told, darkness and fog are not.

The view is known by its structure: fine contrast on blocks of the luma plane, learnt over minutes. Light changes how strong the structure is,
not where it is, so each tile of the picture is compared by correlation. Structure gone is `covered`, other structure `moved`, the same
structure without its finest part `defocused`. In the dark nothing can be compared; there the picture counts as covered only when the dark
came over it piece by piece, as a hand does and a lamp does not.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from auxiliary.motion.background import share
from auxiliary.motion.filters import Cells, mean3
from auxiliary.motion.types import Luma, Polygon
from auxiliary.motion.zones import covered

_Tiles = NDArray[np.float32]

_BLOCKS_ACROSS = 80
_TILE = 10  # blocks
_LOOK_SECONDS = 0.25
_AVERAGE_SECONDS = 1.0  # of the plane: takes noise and passers-by out
_NOISE_SECONDS = 5.0
_LEARN_SECONDS = 20.0  # until there is something to compare with
_FORGET_SECONDS = 180.0
_TEXTURE_LEVELS = 0.9  # contrast of a tile worth comparing, in the root domain of `cells`
_LEAST_TILES = 4  # with fewer nothing can be said
_SAME_TILE = 0.4  # correlation
_SAME, _OTHER = 0.4, 0.25  # share of the tiles that agree: the same view, another one; between them it stays as it was
_GONE = 0.35  # of the usual contrast
_LEAST_FINEST = 0.4  # root domain; less is quantisation
_BLURRED = 0.5  # of the usual share of the finest contrast
_STEP_OF_NOISE = 1.128  # mean step between neighbours of pure noise, in its standard deviations
_DARK_LEVEL = 22.0  # mean grey level
_HOLD_SECONDS = {"covered": 6.0, "moved": 10.0, "defocused": 30.0, "good": 4.0}
_ACCEPT_SECONDS = 600.0  # another view that lasts so long is the new one
_MOST_VIEWS = 3  # by day, by night, before somebody turned it
_TRANSIT_SECONDS = 12.0  # from the first finger to the verdict
_NOTE_SECONDS = 0.08


class ViewState(StrEnum):
    """The wire's `health.view`."""

    GOOD = "good"
    COVERED = "covered"
    DEFOCUSED = "defocused"
    MOVED = "moved"


@dataclass(slots=True)
class _Structure:
    """What one look shows: fine contrast per block, its strength per tile, the strength of the very finest per
    tile, and what noise would show of it."""

    blocks: Cells
    contrast: _Tiles
    finest: _Tiles
    noise: _Tiles


class ViewWatch:
    """Give it every frame of one camera. `hidden` areas, painted over already, say nothing about the view."""

    def __init__(self, hidden: tuple[Polygon, ...] = ()) -> None:
        self._hidden = hidden
        self.relearn()

    def relearn(self) -> None:
        """Forget the view: the source shows another scene on purpose (a recording begins anew)."""
        self.state = ViewState.GOOD
        self._plane: Cells | None = None
        self._noise = 0.0
        self._shown: NDArray[np.bool_] | None = None
        self._views: list[_Structure] = []
        self._learnt_seconds = 0.0
        self._looked_at: float | None = None
        self._candidate, self._candidate_since = ViewState.GOOD, 0.0
        self._changed_at = 0.0
        self._levels: deque[tuple[float, _Tiles]] = deque()
        self._piecewise = False

    def step(self, luma: Luma, at_seconds: float) -> ViewState:
        """Take a frame in; the state as it is now. A few looks a second are enough, the rest costs next to nothing."""
        if self._plane is not None and self._plane.shape != luma.shape:
            self.relearn()
        self._note_levels(luma, at_seconds)
        elapsed = _LOOK_SECONDS if self._looked_at is None else at_seconds - self._looked_at
        if 0 <= elapsed < _LOOK_SECONDS and self._looked_at is not None:
            return self.state
        self._looked_at = at_seconds
        elapsed = min(max(elapsed, 0.0), 2.0)
        part = share(elapsed, _AVERAGE_SECONDS)
        if self._plane is None:
            self._plane = luma.astype(np.float32)
        else:
            change = luma - self._plane
            self._noise += (_noise_left(change, part) - self._noise) * float(share(elapsed, _NOISE_SECONDS))
            self._plane += change * part
        self._judge(_structure(self._plane, self._noise), at_seconds, elapsed)
        return self.state

    def _judge(self, now: _Structure, at_seconds: float, elapsed: float) -> None:
        if self._learnt_seconds < _LEARN_SECONDS:
            self._learn(now, elapsed, 1 / (1 + self._learnt_seconds / _LOOK_SECONDS))
            self._learnt_seconds += elapsed
            return
        verdict = self._verdict(now)
        if verdict is None:  # neither this nor that: no candidate gets older
            self._candidate_since += elapsed
            return
        if verdict is not self._candidate:
            self._candidate, self._candidate_since = verdict, at_seconds
        if verdict is not self.state and at_seconds - self._candidate_since >= _HOLD_SECONDS[verdict.value]:
            self.state, self._changed_at = verdict, at_seconds
        if self.state is ViewState.GOOD and verdict is ViewState.GOOD:
            self._learn(now, elapsed, float(share(elapsed, _FORGET_SECONDS)))
        elif self.state is ViewState.MOVED and at_seconds - self._changed_at >= _ACCEPT_SECONDS:
            self._views = [now, *self._views][:_MOST_VIEWS]
            self.state = self._candidate = ViewState.GOOD

    def _verdict(self, now: _Structure) -> ViewState | None:
        """What this look says alone; None when it says nothing."""
        assert self._plane is not None
        dark = float(self._plane[::8, ::8].mean()) < _DARK_LEVEL
        agreements = [self._agreement(now, view) for view in self._views]
        same = max((agreement for agreement, _ in agreements), default=None)
        if same is None or not agreements:
            return None
        best = next(k for k, (agreement, _) in enumerate(agreements) if agreement == same)
        view, comparable = self._views[best], agreements[best][1]
        if np.count_nonzero(comparable) < _LEAST_TILES:
            return None
        if same >= _SAME:
            self._piecewise = False
            self._views.insert(0, self._views.pop(best))
            return ViewState.DEFOCUSED if not dark and self._is_blurred(now, view, comparable) else ViewState.GOOD
        if same > _OTHER:
            return None
        if dark:
            self._piecewise = self._piecewise or self._came_piecewise()
            return ViewState.COVERED if self._piecewise or self.state is ViewState.COVERED else None
        left = float(np.median((now.contrast / np.maximum(view.contrast, 0.1))[comparable]))
        return ViewState.COVERED if left < _GONE else ViewState.MOVED

    @staticmethod
    def _is_blurred(now: _Structure, view: _Structure, comparable: NDArray[np.bool_]) -> bool:
        """Whether the finest contrast is missing where the noise would not hide it; haze takes fine and coarse alike."""
        expected = view.finest * now.contrast / np.maximum(view.contrast, 0.1)
        visible = comparable & (expected > now.noise) & (expected > _LEAST_FINEST)
        if np.count_nonzero(visible) < _LEAST_TILES:
            return False
        return float(np.median(now.finest[visible] / expected[visible])) < _BLURRED

    def _agreement(self, now: _Structure, view: _Structure) -> tuple[float, NDArray[np.bool_]]:
        """Share of the tiles of `view` that have structure and still show it, and which have."""
        comparable = view.contrast > _TEXTURE_LEVELS
        if self._shown is None:
            self._shown = self._tiles_shown(view.blocks.shape)
        comparable &= self._shown
        both = _tiles(now.blocks * view.blocks)
        alike = both / np.maximum(now.contrast * view.contrast, 1e-3)
        return float((alike[comparable] > _SAME_TILE).mean()) if comparable.any() else 1.0, comparable

    def _tiles_shown(self, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        hidden = covered(self._hidden, shape[0], shape[1]).astype(np.float32)
        shown: NDArray[np.bool_] = _tiles(hidden) == 0
        return shown

    def _learn(self, now: _Structure, elapsed: float, weight: float) -> None:
        if not self._views:
            self._views = [now]
            return
        view, part = self._views[0], np.float32(weight)
        view.blocks += (now.blocks - view.blocks) * part
        view.finest += (now.finest - view.finest) * part
        view.contrast = np.sqrt(_tiles(view.blocks * view.blocks))

    def _note_levels(self, luma: Luma, at_seconds: float) -> None:
        """Remember how bright each part was during the last seconds."""
        if self._levels and 0 <= at_seconds - self._levels[-1][0] < _NOTE_SECONDS:
            return
        sample = luma[::4, ::4]
        rows, columns = sample.shape[0] // 6, sample.shape[1] // 8
        parts = sample[: rows * 6, : columns * 8].reshape(6, rows, 8, columns)
        self._levels.append((at_seconds, parts.mean(axis=(1, 3), dtype=np.float32).ravel()))
        while not 0 <= at_seconds - self._levels[0][0] <= _TRANSIT_SECONDS:
            self._levels.popleft()

    def _came_piecewise(self) -> bool:
        """Whether, in two frames at least, some parts were dark already and others untouched."""
        levels = np.stack([parts for _, parts in self._levels])
        before, after = levels[0], levels[-1]
        span = np.maximum(before - after, 1.0)
        lost = (before - levels) / span
        gone, untouched = (lost > 0.7).mean(axis=1), (np.abs(lost) < 0.2).mean(axis=1)
        pieces = (gone > 0.12) & (untouched > 0.12)
        return bool(np.unique(gone[pieces].round(1)).size >= 2)


def _noise_left(change: Cells, part: np.float32) -> float:
    """Standard deviation of the noise that an average with this share keeps, by how a frame differs from the average."""
    typical = float(np.median(np.abs(change[::4, ::4]))) / 0.6745
    kept = float(part) / (2 - float(part))
    return typical * float(np.sqrt(kept / (1 + kept)))


def _structure(plane: Cells, noise: float) -> _Structure:
    size = max(1, round(plane.shape[1] / _BLOCKS_ACROSS))
    rows, columns = plane.shape[0] // size, plane.shape[1] // size
    means = plane[: rows * size, : columns * size].reshape(rows, size, columns, size).mean(axis=(1, 3))
    roots = np.sqrt(np.maximum(means, 0) + np.float32(8)) * np.float32(16)
    blocks = roots - mean3(mean3(mean3(roots)))
    steps = np.abs(np.diff(plane, axis=1, append=plane[:, -1:]))[: rows * size, : columns * size]
    fine = steps.reshape(rows, size, columns, size).mean(axis=(1, 3))
    fine = np.sqrt(np.maximum(fine * fine - np.float32((_STEP_OF_NOISE * noise) ** 2), 0))
    slope = np.float32(8) / np.sqrt(means + np.float32(8))  # of the root domain
    left = np.float32(_STEP_OF_NOISE * noise)
    return _Structure(blocks, np.sqrt(_tiles(blocks * blocks)), _tiles(fine * slope), _tiles(left * slope))


def _tiles(blocks: Cells) -> _Tiles:
    """The mean over each tile."""
    rows, columns = blocks.shape[0] // _TILE, blocks.shape[1] // _TILE
    cut = blocks[: rows * _TILE, : columns * _TILE].reshape(rows, _TILE, columns, _TILE)
    return np.asarray(cut.mean(axis=(1, 3)), np.float32)
