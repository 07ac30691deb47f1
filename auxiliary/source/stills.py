"""Pictures as sources hold them until somebody wants a JPEG: planes from a camera, or the JPEG that a camera made itself.

The only module that imports simplejpeg (on a Pi it comes with the camera library); elsewhere Pillow encodes.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from auxiliary.source.types import JPEG_QUALITY, THUMBNAIL_QUALITY, THUMBNAIL_WIDTH, SourceError

Plane = NDArray[np.uint8]


class Yuv420Still:
    """Implements `Still`. Full-range planes Y, U, V below each other, rows padded to the stride, as libcamera lays them out."""

    def __init__(self, planes: Plane, size: tuple[int, int]) -> None:
        self.planes = planes
        self.size = size

    @property
    def size_bytes(self) -> int:
        return self.planes.nbytes

    def jpeg(self) -> bytes:
        y, u, v = self.split()
        try:
            import simplejpeg
        except ImportError:  # not on a Pi: its camera library brings it along
            return encode(self.picture(), JPEG_QUALITY)
        try:
            data: bytes = simplejpeg.encode_jpeg_yuv_planes(y, u, v, JPEG_QUALITY)
        except ValueError as error:
            raise SourceError(f"The picture cannot be encoded ({error}).") from error
        return data

    def thumbnail(self) -> bytes:
        image = self.picture()
        image.thumbnail((THUMBNAIL_WIDTH, THUMBNAIL_WIDTH * 4), Image.Resampling.BOX)
        return encode(image, THUMBNAIL_QUALITY)

    def split(self) -> tuple[Plane, Plane, Plane]:
        """The planes Y, U and V without their padding."""
        width, height = self.size
        half = self.planes.reshape(self.planes.shape[0] * 2, self.planes.shape[1] // 2)
        u, v = half[2 * height :][: height // 2], half[2 * height + height // 2 :][: height // 2]
        return self.planes[:height, :width], u[:, : width // 2], v[:, : width // 2]

    def picture(self) -> Image.Image:
        y, u, v = (Image.fromarray(np.ascontiguousarray(plane)) for plane in self.split())
        return Image.merge("YCbCr", (y, u.resize(y.size), v.resize(y.size)))


class JpegStill:
    """Implements `Still`. The JPEG is passed on untouched; it is decoded for its thumbnail alone."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @property
    def size_bytes(self) -> int:
        return len(self.data)

    def picture(self) -> Image.Image:
        with readable("The camera's JPEG"), Image.open(io.BytesIO(self.data)) as image:
            return image.convert("RGB")

    def jpeg(self) -> bytes:
        return self.data

    def thumbnail(self) -> bytes:
        with readable("The camera's JPEG"), Image.open(io.BytesIO(self.data)) as image:
            image.draft("RGB", (THUMBNAIL_WIDTH, THUMBNAIL_WIDTH))
            image.thumbnail((THUMBNAIL_WIDTH, THUMBNAIL_WIDTH * 4), Image.Resampling.BOX)
            return encode(image.convert("RGB"), THUMBNAIL_QUALITY)


@contextmanager
def readable(what: str) -> Iterator[None]:
    """Pillow's complaints about data that is no picture become a SourceError about `what`."""
    try:
        yield
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise SourceError(f"{what} is not a picture that can be read ({error}).") from error


def encode(image: Image.Image, quality: int) -> bytes:
    """A baseline JPEG without metadata."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
