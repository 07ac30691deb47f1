"""Small neighbourhood operations on cell grids, with the edge repeated: 3 x 3 extremes and means, block means.

Separable shifted slices: 5 to 40 microseconds on 160 x 120 cells, which is why nothing heavier is needed here.
"""

import numpy as np
from numpy.typing import NDArray

Cells = NDArray[np.float32]
Mask = NDArray[np.bool_]


def max3(cells: Cells) -> Cells:
    """The largest value in each 3 x 3 neighbourhood."""
    return _extreme(cells, np.maximum)


def min3(cells: Cells) -> Cells:
    """The smallest value in each 3 x 3 neighbourhood."""
    return _extreme(cells, np.minimum)


def dilate(mask: Mask, times: int = 1) -> Mask:
    """Grow a mask by `times` cells in all eight directions."""
    for _ in range(times):
        rows = mask.copy()
        rows[1:] |= mask[:-1]
        rows[:-1] |= mask[1:]
        mask = rows.copy()
        mask[:, 1:] |= rows[:, :-1]
        mask[:, :-1] |= rows[:, 1:]
    return mask


def erode(mask: Mask) -> Mask:
    """Shrink a mask by one cell in all eight directions; the edge of the picture does not eat into it."""
    rows = mask.copy()
    rows[1:] &= mask[:-1]
    rows[:-1] &= mask[1:]
    out = rows.copy()
    out[:, 1:] &= rows[:, :-1]
    out[:, :-1] &= rows[:, 1:]
    return out


def mean3(cells: Cells) -> Cells:
    """The mean of each 3 x 3 neighbourhood."""
    rows = cells.copy()
    rows[1:] += cells[:-1]
    rows[:-1] += cells[1:]
    rows[0] += cells[0]
    rows[-1] += cells[-1]
    out = rows.copy()
    out[:, 1:] += rows[:, :-1]
    out[:, :-1] += rows[:, 1:]
    out[:, 0] += rows[:, 0]
    out[:, -1] += rows[:, -1]
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


def _extreme(cells: Cells, choose: np.ufunc) -> Cells:
    rows = cells.copy()
    choose(rows[1:], cells[:-1], out=rows[1:])
    choose(rows[:-1], cells[1:], out=rows[:-1])
    out = rows.copy()
    choose(out[:, 1:], rows[:, :-1], out=out[:, 1:])
    choose(out[:, :-1], rows[:, 1:], out=out[:, :-1])
    return out
