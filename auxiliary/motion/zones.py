"""Zones and masks: polygons with relative points become masks of cells."""

import numpy as np

from auxiliary.motion.filters import Mask
from auxiliary.motion.types import Polygon


def covered(polygons: tuple[Polygon, ...], rows: int, columns: int) -> Mask:
    """Cells whose centre lies in one of the polygons (even-odd rule: a self-crossing polygon has holes)."""
    y = ((np.arange(rows) + 0.5) / rows)[:, None]
    x = ((np.arange(columns) + 0.5) / columns)[None, :]
    any_of = np.zeros((rows, columns), np.bool_)
    for polygon in polygons:
        inside = np.zeros((rows, columns), np.bool_)
        for (x0, y0), (x1, y1) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
            if y0 != y1:
                inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
        any_of |= inside
    return any_of
