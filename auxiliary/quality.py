"""How much a picture shows: what moves should be large and sharp. Chooses the key picture of an episode."""

from collections.abc import Sequence

import numpy as np

from auxiliary.motion.types import Box, Luma


def picture_quality(luma: Luma, boxes: Sequence[Box]) -> float:
    """Area of what moves (share of the picture) times its sharpness (mean step between neighbouring pixels); 0 without boxes."""
    height, width = luma.shape
    quality = 0.0
    for box in boxes:
        left, top, across, down = box.scaled(width, height)
        part = luma[top : top + down, left : left + across].astype(np.int16)
        if min(part.shape) < 2:
            continue
        sharpness = float(np.abs(np.diff(part, axis=1)).mean() + np.abs(np.diff(part, axis=0)).mean())
        quality += part.size / luma.size * sharpness
    return quality
