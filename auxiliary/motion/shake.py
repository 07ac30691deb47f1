"""Camera shake: find the displacement of the whole picture against the background and take it back.

Least squares on the gradients (B. Lucas and T. Kanade, IJCAI 1981), coarse to fine: on 4 x 4 blocks, which catches
displacements of several cells, then on cells for the fraction. Differences are clipped, so things that move have little say, and a
displacement is believed only when it explains the picture clearly better than none.
"""

import numpy as np

from auxiliary.motion.filters import Cells, block_mean

_BLOCK = 4
_CLIP_LEVELS = 20.0
_LEAST_CELLS = 0.3  # smaller displacements are left to the sway tolerance
_MOST_CELLS = 5.0
_BETTER = 0.8  # the remaining difference, as a share of the one without the correction
_FLATNESS = 0.5  # squared levels per cell added to the gradients: a picture without texture does not move


def steadied(cells: Cells, background: Cells) -> Cells:
    """`cells` moved back onto `background`, or `cells` itself when the camera stands still."""
    difference = cells - background
    difference -= np.float32(np.median(difference[1::3, 1::3]))
    right, down = _displacement(block_mean(difference, _BLOCK), block_mean(background, _BLOCK))
    right, down = _bounded(_BLOCK * right), _bounded(_BLOCK * down)
    if max(abs(right), abs(down)) < _LEAST_CELLS / 2:
        return cells
    before = _cost(difference)
    moved = shifted(cells, right, down)
    difference = moved - background
    difference -= np.float32(np.median(difference[1::3, 1::3]))
    further_right, further_down = _displacement(difference, background)
    right, down = right + further_right, down + further_down
    if not _LEAST_CELLS <= max(abs(right), abs(down)) <= _MOST_CELLS:
        return cells
    moved = shifted(cells, right, down)
    difference = moved - background
    difference -= np.float32(np.median(difference[1::3, 1::3]))
    return moved if _cost(difference) < _BETTER * before else cells


def shifted(cells: Cells, right: float, down: float) -> Cells:
    """The picture whose cell (y, x) is `cells` at (y + down, x + right), interpolated linearly, edges repeated."""
    return _shifted_along(_shifted_along(cells, right, 1), down, 0)


def _displacement(difference: Cells, background: Cells) -> tuple[float, float]:
    """(right, down) that best explain `difference` = background seen displaced - background."""
    horizontal = (background[1:-1, 2:] - background[1:-1, :-2]) * np.float32(0.5)
    vertical = (background[2:, 1:-1] - background[:-2, 1:-1]) * np.float32(0.5)
    inner = np.clip(difference[1:-1, 1:-1], -_CLIP_LEVELS, _CLIP_LEVELS)
    rest = horizontal.size * _FLATNESS
    xx = float(np.vdot(horizontal, horizontal)) + rest
    yy = float(np.vdot(vertical, vertical)) + rest
    xy = float(np.vdot(horizontal, vertical))
    x = float(np.vdot(horizontal, inner))
    y = float(np.vdot(vertical, inner))
    determinant = xx * yy - xy * xy
    return -(yy * x - xy * y) / determinant, -(xx * y - xy * x) / determinant


def _shifted_along(cells: Cells, by: float, axis: int) -> Cells:
    whole = int(np.floor(by))
    part = np.float32(by - whole)
    last = cells.shape[axis] - 1
    here = np.clip(np.arange(last + 1) + whole, 0, last)
    moved: Cells = cells.take(here, axis)
    moved *= 1 - part
    moved += cells.take(np.minimum(here + 1, last), axis) * part
    return moved


def _bounded(by: float) -> float:
    return max(-_MOST_CELLS, min(_MOST_CELLS, by))


def _cost(difference: Cells) -> float:
    return float(np.minimum(np.abs(difference[::2, ::2]), _CLIP_LEVELS).mean())
