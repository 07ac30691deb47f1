"""Real pictures to send: frames of the sample footage brought to 1920 x 1080, about 150 KB each, each upload unique."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path

import av
from PIL import Image

_SAMPLES = Path(__file__).resolve().parents[2] / "auxiliary" / "sample"
_SIZE = (1920, 1080)
_WANTED_BYTES = 150_000
_COMMENT_BYTES = 32


@dataclass(frozen=True)
class Pictures:
    """JPEGs without their first two bytes (SOI), and small ones as a camera makes them."""

    tails: tuple[bytes, ...]
    thumbnail: bytes

    def unique(self) -> Iterator[list[bytes]]:
        """Whole JPEGs in pieces, no two alike: a comment segment behind SOI carries a running number."""
        head = b"\xff\xd8\xff\xfe" + (_COMMENT_BYTES + 2).to_bytes(2, "big")
        for number, tail in zip(count(), cycle(self.tails), strict=False):
            yield [head, b"%0*d" % (_COMMENT_BYTES, number), tail]

    def whole(self) -> list[bytes]:
        return [b"\xff\xd8" + tail for tail in self.tails]


def make_pictures(frames: int = 12) -> Pictures:
    """Take frames out of both samples, evenly."""
    images = [image for name in ("yard", "plaza") for image in _frames(_SAMPLES / f"{name}.mp4", frames // 2)]
    small = io.BytesIO()
    images[0].resize((320, 180), Image.Resampling.LANCZOS).save(small, "JPEG", quality=75)
    return Pictures(tuple(_encode(image)[2:] for image in images), small.getvalue())


def _frames(path: Path, wanted: int) -> list[Image.Image]:
    with av.open(str(path)) as container:
        found = []
        for index, frame in enumerate(container.decode(video=0)):
            if index % 100 == 0:
                found.append(frame.to_image().resize(_SIZE, Image.Resampling.LANCZOS))  # type: ignore[no-untyped-call]
            if len(found) == wanted:
                break
        return found


def _encode(image: Image.Image) -> bytes:
    """At the quality that comes nearest to the wanted size, by halving."""
    low, high = 10, 98
    best = b""
    while low <= high:
        quality = (low + high) // 2
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality)
        data = buffer.getvalue()
        if not best or abs(len(data) - _WANTED_BYTES) < abs(len(best) - _WANTED_BYTES):
            best = data
        if len(data) < _WANTED_BYTES:
            low = quality + 1
        else:
            high = quality - 1
    return best
