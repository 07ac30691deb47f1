"""What the camera's own account says about the light: whether it jumped just now, and whether it is night.

A lamp or the camera's automatic exposure changes every pixel at once. The light model (`light`) takes most of it back; the camera's
gain, exposure time and lux tell in the same frame that it happens, so whatever does not travel is doubted until it has settled.
"""

from math import log2

import numpy as np

from auxiliary.motion.background import share
from auxiliary.motion.types import Exposure, Luma

_FOLLOW_SECONDS = 1.0
_JUMP_EXPOSURE = 0.5  # powers of two (41 %) of gain times exposure time; a cloud takes seconds for as much
_JUMP_LUX = 0.7  # lux is estimated from the picture, in which somebody close by hides a part
_DAY_LUX = 2.0  # times the night's limit: what is between leaves it as it is
_DARK, _BRIGHT = 40.0, 60.0  # mean grey levels that mean night and day where the camera does not measure the light
_LOOK_SECONDS = 1.0
_HOLD_SECONDS = 10.0  # a lamp that is switched off for a moment makes no night


class ExposureWatch:
    """Compares each frame's exposure with that of the last second."""

    def __init__(self) -> None:
        self._usual: dict[str, float] = {}

    def jumped(self, exposure: Exposure | None, elapsed_seconds: float) -> bool:
        """Whether exposure or light are far from what they were a second ago. False where the camera says nothing."""
        if exposure is None:
            return False
        jumped = False
        for name, value, limit in _measures(exposure):
            usual = self._usual.get(name, value)
            jumped |= abs(value - usual) > limit
            self._usual[name] = usual + (value - usual) * float(share(elapsed_seconds, _FOLLOW_SECONDS))
        return jumped


class NightWatch:
    """Tells night from day, slowly: it must have been the other for ten seconds."""

    def __init__(self) -> None:
        self.is_night = False
        self._other_since: float | None = None
        self._looked_at: float | None = None

    def look(self, luma: Luma, exposure: Exposure | None, below_lux: float, at_seconds: float) -> None:
        """Take a frame in; more than one a second tells nothing new. The first frame decides at once."""
        first = self._looked_at is None
        if self._looked_at is not None and 0 <= at_seconds - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = at_seconds
        other = self._seems_other(luma, exposure, below_lux)
        if not other:
            self._other_since = None
            return
        if self._other_since is None or self._other_since > at_seconds:
            self._other_since = at_seconds
        if first or at_seconds - self._other_since >= _HOLD_SECONDS:
            self.is_night, self._other_since = not self.is_night, None

    def _seems_other(self, luma: Luma, exposure: Exposure | None, below_lux: float) -> bool:
        if exposure is not None and exposure.lux is not None:
            return exposure.lux > _DAY_LUX * below_lux if self.is_night else exposure.lux < below_lux
        level = float(np.mean(luma[::8, ::8]))
        return level > _BRIGHT if self.is_night else level < _DARK


def _measures(exposure: Exposure) -> list[tuple[str, float, float]]:
    measures = []
    if exposure.analogue_gain and exposure.exposure_us and exposure.analogue_gain > 0 and exposure.exposure_us > 0:
        measures.append(("exposure", log2(exposure.analogue_gain * exposure.exposure_us), _JUMP_EXPOSURE))
    if exposure.lux is not None and exposure.lux >= 0:
        measures.append(("lux", log2(exposure.lux + 1), _JUMP_LUX))
    return measures
