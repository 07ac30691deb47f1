"""Software motion detection on the low-resolution luma plane: numpy only, a few hundred microseconds a frame.

Give `MotionDetector` planes of about `PLANE_WIDTH` columns (reduced by area averaging: the camera's own low-resolution
stream, or the scaler of the decoder) about `ANALYSED_FRAMES_PER_SECOND` times a second; other sizes and rates work,
these are the measured ones.
"""

from auxiliary.motion.detector import ANALYSED_FRAMES_PER_SECOND, PLANE_WIDTH, MotionDetector
from auxiliary.motion.types import (
    NO_HINTS,
    NO_MOTION,
    Box,
    Exposure,
    Hints,
    Motion,
    MotionDetection,
    MotionSettings,
    Point,
    Polygon,
)

__all__ = [
    "ANALYSED_FRAMES_PER_SECOND",
    "NO_HINTS",
    "NO_MOTION",
    "PLANE_WIDTH",
    "Box",
    "Exposure",
    "Hints",
    "Motion",
    "MotionDetection",
    "MotionDetector",
    "MotionSettings",
    "Point",
    "Polygon",
]
