"""What motion detection takes and gives: settings, boxes, the verdict on one frame, and the port.

Geometry is relative to the picture (0..1, origin at the top left), so it survives every change of resolution.
Neighbours: `detector.MotionDetector` implements the port; capture and the command line use it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Polygon = tuple[Point, ...]
Luma = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle relative to the picture: left, top, width, height, each 0..1."""

    x: float
    y: float
    w: float
    h: float

    def scaled(self, width: int, height: int) -> tuple[int, int, int, int]:
        """In pixels of a picture of that size: x, y, w, h, at least one pixel each way."""
        left, top = round(self.x * width), round(self.y * height)
        return left, top, max(1, round(self.w * width)), max(1, round(self.h * height))


@dataclass(frozen=True, slots=True)
class Motion:
    """The verdict on one frame. `score` says how sure: 0 nothing at all, 0.5 just an alarm, 1 beyond doubt."""

    detected: bool
    score: float
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """How the camera took a frame, by its own account: the light it sees (lux), its gain and its exposure time. None: not said."""

    lux: float | None = None
    analogue_gain: float | None = None
    exposure_us: float | None = None


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a frame beside its picture. `expectation` scales what a thing must show: 1 as usual, less when another
    sensor says that somebody is there, more when it says that nobody is."""

    exposure: Exposure | None = None
    expectation: float = 1.0


NO_HINTS = Hints()
NO_MOTION = Motion(detected=False, score=0.0, boxes=())


@dataclass(frozen=True, slots=True)
class MotionSettings:
    """What a person may want different from camera to camera.

    `sensitivity` 0..1 scales how far above its own noise a cell must be: 0.5 is the measured default, 0 asks for twice
    the contrast, 1 for half of it. `smallest_person` is the height, as a share of the picture's height, of the smallest
    person that should raise an alarm; smaller things are ignored. `zones`: only motion inside one of them counts (none:
    everywhere); `masks`: what happens inside them is never looked at. The night profile: in less light than `night_below_lux`
    (or, where the camera does not measure it, in a dark picture) the `night_` values hold; None: as by day. Raises ValueError
    for what means nothing.
    """

    sensitivity: float = 0.5
    smallest_person: float = 0.08
    zones: tuple[Polygon, ...] = ()
    masks: tuple[Polygon, ...] = ()
    night_sensitivity: float | None = None
    night_smallest_person: float | None = None
    night_below_lux: float = 5.0

    def __post_init__(self) -> None:
        for sensitivity in (self.sensitivity, self.night_sensitivity):
            if sensitivity is not None and not 0 <= sensitivity <= 1:
                raise ValueError(f"sensitivity must be within 0..1, not {sensitivity}")
        for smallest in (self.smallest_person, self.night_smallest_person):
            if smallest is not None and not 0 < smallest <= 1:
                raise ValueError(f"smallest_person must be within 0..1, not {smallest}")
        for polygon in (*self.zones, *self.masks):
            _check_polygon(polygon)


class MotionDetection(Protocol):
    """Decides frame by frame whether something moves. Not thread safe: one caller, frames in the order of capture."""

    def step(self, luma: Luma, at_seconds: float, hints: Hints = NO_HINTS) -> Motion:
        """Judge one luma plane, `uint8` (height, width), captured at `at_seconds` (monotonic; may skip ahead).

        Never blocks and keeps no reference to `luma`. Raises ValueError when the plane has another size than announced.
        """

    def apply(self, settings: MotionSettings) -> None:
        """Judge the frames that follow by these settings; what was learnt of the scene stays."""

    def relearn(self) -> None:
        """Forget the scene: the source jumped (loop seam, camera restarted). Silent until it is learnt again."""


def _check_polygon(polygon: Sequence[Point]) -> None:
    if len(polygon) < 3:
        raise ValueError("a zone or mask needs at least three points")
    if not all(0 <= x <= 1 and 0 <= y <= 1 for x, y in polygon):
        raise ValueError("the points of zones and masks are relative to the picture: 0..1")
