"""From the luma plane to cells: area means in a square-root domain.

Averaging k x k pixels divides the sensor's noise by k. Photon noise grows with the root of the light, so in the root
domain (the Anscombe transform, J. Anscombe, Biometrika 35, 1948) it is the same in dark and bright parts of the picture,
and one threshold fits both.
"""

import numpy as np

from auxiliary.motion.filters import Cells
from auxiliary.motion.types import Luma

CELLS_ACROSS = 160
_OFFSET = 8.0  # grey levels; keeps black, where quantisation rules, from looking noisy
_GAIN = 16.0  # makes one unit about two thirds of a grey level near mid grey
_FINEST = 16  # the table is indexed by sixteenths of a grey level

_ROOTS = (np.sqrt(np.arange(256 * _FINEST, dtype=np.float64) / _FINEST + _OFFSET) * _GAIN).astype(np.float32)


class CellGrid:
    """Cuts planes of one size into `rows` x `columns` square cells of `block` x `block` pixels."""

    def __init__(self, width: int, height: int) -> None:
        self.block = max(1, round(width / CELLS_ACROSS))
        self.rows, self.columns = height // self.block, width // self.block
        self.width, self.height = width, height
        if self.rows < 12 or self.columns < 12:
            raise ValueError(f"a plane of {width} x {height} is too small to find anything in")

    def cells(self, luma: Luma) -> Cells:
        """Area means of one plane, in the root domain. Raises ValueError when the plane has another size."""
        if luma.shape != (self.height, self.width):
            raise ValueError(f"expected a plane of {self.height} x {self.width}, got {luma.shape}")
        size = self.block
        plane = luma[: self.rows * size, : self.columns * size]
        down = plane[0::size].astype(np.uint16)
        for k in range(1, size):
            down += plane[k::size]
        total = down[:, 0::size].copy()
        for k in range(1, size):
            total += down[:, k::size]
        if _FINEST % (size * size) == 0:
            total *= np.uint16(_FINEST // (size * size))
            index = total
        else:
            index = (total * np.float32(_FINEST / (size * size))).astype(np.uint16)
        cells: Cells = _ROOTS.take(index)
        return cells
