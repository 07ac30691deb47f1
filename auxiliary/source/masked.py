"""Privacy masks: areas that nobody may see are painted over before a frame goes anywhere, in every form that it has.

Wraps any source, so neither motion detection nor pictures, thumbnails, pre-roll or checks ever hold what lies under a mask.
Video is encoded before it comes here, in the process of the camera: `encoded` paints the same areas there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from PIL import Image, ImageDraw

from auxiliary.motion.types import Polygon
from auxiliary.source.stills import encode
from auxiliary.source.types import (
    JPEG_QUALITY,
    THUMBNAIL_QUALITY,
    THUMBNAIL_WIDTH,
    CameraSource,
    Encodes,
    Frame,
    Still,
)

_BLACK: dict[str, int | tuple[int, int, int]] = {"L": 0, "RGB": (0, 0, 0), "YCbCr": (0, 128, 128)}


class MaskedSource:
    """Implements `CameraSource`. `polygons` have points relative to the picture, as zones and masks have."""

    def __init__(self, source: CameraSource, polygons: Sequence[Polygon]) -> None:
        self._source = source
        self._polygons = polygons
        self.kind = source.kind
        self.description = source.description
        self.live = source.live
        self.frames_per_second = source.frames_per_second
        self.luma_size = source.luma_size
        hidden = Image.new("L", source.luma_size, 255)
        _paint(hidden, polygons)
        self._shown = np.asarray(hidden) > 0

    def frames(self) -> Iterator[Frame]:
        for frame in self._source.frames():
            yield replace(frame, luma=frame.luma * self._shown, still=MaskedStill(frame.still, self._polygons))

    def close(self) -> None:
        self._source.close()

    def encode(self, kilobits_per_second: int | None) -> None:
        if isinstance(self._source, Encodes):
            self._source.encode(kilobits_per_second)

    def request_key(self) -> None:
        if isinstance(self._source, Encodes):
            self._source.request_key()


class MaskedStill:
    """Implements `Still` on another one. A JPEG that a camera made itself is encoded anew."""

    def __init__(self, still: Still, polygons: Sequence[Polygon]) -> None:
        self._still = still
        self._polygons = polygons

    @property
    def size_bytes(self) -> int:
        return self._still.size_bytes

    def picture(self) -> Image.Image:
        image = self._still.picture()
        _paint(image, self._polygons)
        return image

    def jpeg(self) -> bytes:
        return encode(self.picture(), JPEG_QUALITY)

    def thumbnail(self) -> bytes:
        image = self.picture()
        image.thumbnail((THUMBNAIL_WIDTH, THUMBNAIL_WIDTH * 4), Image.Resampling.BOX)
        return encode(image, THUMBNAIL_QUALITY)


def _paint(image: Image.Image, polygons: Sequence[Polygon]) -> None:
    """Black out each polygon with every pixel that its outline touches."""
    draw = ImageDraw.Draw(image)
    for polygon in polygons:
        points = [(x * image.width, y * image.height) for x, y in polygon]
        draw.polygon(points, fill=_BLACK[image.mode], outline=_BLACK[image.mode], width=2)
