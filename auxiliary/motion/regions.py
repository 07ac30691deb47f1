"""Connected regions of active cells, in plain numpy: runs per row, joined by a union-find.

Labels are made on a grid of half the resolution: it halves the runs and joins what a single dark row would split.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auxiliary.motion.filters import Mask

_MOST_RUNS = 1500  # more is no picture of things; the rest is left out so that a frame never costs much


@dataclass(frozen=True, slots=True)
class Extent:
    """A rectangle of cells: `x`, `y` its first column and row, `w`, `h` its size."""

    x: int
    y: int
    w: int
    h: int

    @property
    def area(self) -> int:
        return self.w * self.h

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2

    @property
    def slices(self) -> tuple[slice, slice]:
        return slice(self.y, self.y + self.h), slice(self.x, self.x + self.w)

    def overlap(self, other: "Extent", margin: int = 0) -> int:
        """Cells shared with `other`, each way widened by `margin`; 0 when apart."""
        across = min(self.x + self.w, other.x + other.w) - max(self.x, other.x) + margin
        down = min(self.y + self.h, other.y + other.h) - max(self.y, other.y) + margin
        return max(across, 0) * max(down, 0)


@dataclass(frozen=True, slots=True)
class Labels:
    """Which region each active cell belongs to: `cell_indices` into the flat grid, `regions` 0.. for each, `extents`."""

    cell_indices: NDArray[np.intp]
    regions: NDArray[np.intp]
    extents: tuple[Extent, ...]

    def sums(self, values: NDArray[np.float32] | Mask) -> NDArray[np.float64]:
        """The sum of a grid of values over the cells of each region."""
        weights = values.ravel()[self.cell_indices].astype(np.float64)
        return np.bincount(self.regions, weights, len(self.extents)).astype(np.float64, copy=False)

    def peaks(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The largest value over the cells of each region."""
        peaks = np.zeros(len(self.extents), np.float32)
        np.maximum.at(peaks, self.regions, values.ravel()[self.cell_indices])
        return peaks

    def mask(self, chosen: list[int], shape: tuple[int, int]) -> Mask:
        """The cells of the chosen regions."""
        mask = np.zeros(shape[0] * shape[1], np.bool_)
        if chosen:
            mask[self.cell_indices[np.isin(self.regions, chosen)]] = True
        return mask.reshape(shape)


def label(active: Mask) -> Labels:
    """Find the 8-connected regions of `active`."""
    cell_indices = np.flatnonzero(active)
    rows, columns = active.shape
    half = np.zeros(((rows + 1) // 2, (columns + 1) // 2), np.bool_)
    half[: (rows + 1) // 2] |= active[0::2, 0::2]
    half[: rows // 2] |= active[1::2, 0::2]
    half[:, : columns // 2] |= active[0::2, 1::2]
    half[: rows // 2, : columns // 2] |= active[1::2, 1::2]
    run_rows, starts, ends, owners = _runs(half)
    numbers: dict[int, int] = {}
    grid = np.full(half.shape, -1, np.intp)
    for row, start, end, owner in zip(run_rows, starts, ends, owners, strict=True):
        grid[row, start:end] = numbers.setdefault(owner, len(numbers))
    regions = grid[cell_indices // columns // 2, cell_indices % columns // 2]
    if len(run_rows) == _MOST_RUNS:
        kept = regions >= 0
        cell_indices, regions = cell_indices[kept], regions[kept]
    return Labels(cell_indices, regions, _extents(cell_indices, regions, len(numbers), columns))


def _runs(mask: Mask) -> tuple[list[int], list[int], list[int], list[int]]:
    """Row, start, end and owner of each run of true cells; runs with the same owner touch."""
    width = mask.shape[1] + 2
    padded = np.zeros((mask.shape[0], width), np.int8)
    padded[:, 1:-1] = mask
    edges = np.flatnonzero(np.diff(padded.ravel()))[: 2 * _MOST_RUNS]
    rows = (edges[0::2] // width).tolist()
    starts = (edges[0::2] % width).tolist()
    ends = (edges[1::2] % width).tolist()
    parents = list(range(len(rows)))

    def owner(run: int) -> int:
        while parents[run] != run:
            parents[run] = parents[parents[run]]
            run = parents[run]
        return run

    first = 0
    for run, row in enumerate(rows):
        while rows[first] < row - 1:
            first += 1
        above = first
        while rows[above] == row - 1 and starts[above] <= ends[run]:
            if ends[above] >= starts[run]:
                one, other = owner(above), owner(run)
                parents[max(one, other)] = min(one, other)
            above += 1
    return rows, starts, ends, [owner(run) for run in range(len(rows))]


def _extents(cells: NDArray[np.intp], regions: NDArray[np.intp], count: int, columns: int) -> tuple[Extent, ...]:
    ys, xs = cells // columns, cells % columns
    left, top = np.full(count, columns), np.full(count, np.iinfo(np.intp).max)
    right, bottom = np.zeros(count, np.intp), np.zeros(count, np.intp)
    np.minimum.at(left, regions, xs)
    np.minimum.at(top, regions, ys)
    np.maximum.at(right, regions, xs)
    np.maximum.at(bottom, regions, ys)
    return tuple(
        Extent(int(x), int(y), int(x1 - x + 1), int(y1 - y + 1))
        for x, y, x1, y1 in zip(left, top, right, bottom, strict=True)
    )
