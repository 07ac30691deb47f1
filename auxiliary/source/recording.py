"""Recordings on disk as a sequence of decoded pictures: a video file (PyAV) or a folder of pictures (Pillow).

`replay` gives them a time; the `detect` command analyses them as they are.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import av
import numpy as np
from PIL import Image

from auxiliary.motion.types import Luma
from auxiliary.source.scaling import Scaler
from auxiliary.source.stills import encode, readable
from auxiliary.source.types import JPEG_QUALITY, THUMBNAIL_QUALITY, THUMBNAIL_WIDTH, SourceError, Still

_PICTURES = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One picture of a recording: its number from 0, its time in seconds from the start, the grey plane and the picture."""

    number: int
    at_seconds: float
    luma: Luma
    still: Still


class Recording(Protocol):
    """A finite recording that can be read any number of times, one reader at a time."""

    duration_seconds: float
    frames_per_second: float
    size: tuple[int, int]
    luma_size: tuple[int, int]

    def read(self) -> Iterator[Recorded]:
        """Every picture from the start, at most `frames_per_second` of them. Raises SourceError where it cannot go on."""


def open_recording(path: Path, *, frames_per_second: float, luma_width: int) -> Recording:
    """Open a video file or a folder of pictures. Raises SourceError saying what is wrong with it."""
    if path.is_dir():
        return _PictureFolder(path, frames_per_second, luma_width)
    return _VideoFile(path, frames_per_second, luma_width)


class _VideoFile:
    def __init__(self, path: Path, frames_per_second: float, luma_width: int) -> None:
        self._path = path
        try:
            with av.open(str(path)) as container:
                if not container.streams.video:
                    raise SourceError(f"There is no video in {path}.")
                stream = container.streams.video[0]
                own_rate = float(stream.average_rate or frames_per_second)
                self.size = (stream.codec_context.width, stream.codec_context.height)
                length = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else None
        except (av.FFmpegError, OSError) as error:
            raise SourceError(f"{path} cannot be read as a video ({error}).") from error
        self._every_seconds = 1 / frames_per_second if own_rate > frames_per_second * 1.01 else 0.0
        self.frames_per_second = min(own_rate, frames_per_second)
        self.duration_seconds = length or (container.duration or 0) / av.time_base
        self.luma_size = luma_size(self.size, luma_width)

    def read(self) -> Iterator[Recorded]:
        width, height = self.luma_size
        scaler = Scaler()
        due = 0.0
        try:
            with av.open(str(self._path)) as container:
                stream = container.streams.video[0]
                stream.codec_context.thread_count = (
                    1  # threads cost memory, and one core decodes far faster than real time
                )
                first = None
                for number, frame in enumerate(container.decode(stream)):
                    first = frame.time if first is None else first
                    at_seconds = number / self.frames_per_second if frame.time is None else frame.time - (first or 0.0)
                    if at_seconds + 1e-6 < due:
                        continue
                    due = max(due + self._every_seconds, at_seconds)
                    # One scaler for all: set up once, and nothing of it stays with the pictures that the pre-roll keeps.
                    grey = scaler.scale(frame, width, height, "gray")
                    yield Recorded(number, at_seconds, np.asarray(grey.to_ndarray(), dtype=np.uint8), VideoStill(frame))
        except (av.FFmpegError, OSError) as error:
            raise SourceError(f"{self._path} cannot be read on ({error}).") from error


class VideoStill:
    """Implements `Still` on a decoded picture, which stays as it is. Thread safe: each conversion has a scaler, and its turn."""

    def __init__(self, frame: av.VideoFrame) -> None:
        self._frame = frame
        self._turn = threading.Lock()

    @property
    def size_bytes(self) -> int:
        return self._frame.width * self._frame.height * 3 // 2

    def picture(self) -> Image.Image:
        return self._image(self._frame.width, self._frame.height)

    def jpeg(self) -> bytes:
        return encode(self.picture(), JPEG_QUALITY)

    def thumbnail(self) -> bytes:
        return encode(
            self._image(*luma_size((self._frame.width, self._frame.height), THUMBNAIL_WIDTH)), THUMBNAIL_QUALITY
        )

    def yuv420p(self) -> np.ndarray[Any, Any]:
        """The planes Y, U and V below each other (3/2 height, width), both even. A copy."""
        width, height = self._frame.width // 2 * 2, self._frame.height // 2 * 2
        with self._turn:
            return np.asarray(self._scaled(width, height, "yuv420p").to_ndarray())

    def _image(self, width: int, height: int) -> Image.Image:
        with self._turn:
            pixels = self._scaled(width, height, "rgb24").to_ndarray()
        return Image.fromarray(pixels)

    def _scaled(self, width: int, height: int, pixels: str) -> av.VideoFrame:
        """The frame itself when it has this shape already."""
        return Scaler().scale(self._frame, width, height, pixels)


class _PictureFolder:
    def __init__(self, path: Path, frames_per_second: float, luma_width: int) -> None:
        self._files = sorted(file for file in path.iterdir() if file.suffix.lower() in _PICTURES)
        if not self._files:
            raise SourceError(f"There are no pictures (.jpg, .png) in {path}.")
        self.size = _read_picture(self._files[0]).size
        self.luma_size = luma_size(self.size, luma_width)
        self.frames_per_second = frames_per_second
        self.duration_seconds = len(self._files) / frames_per_second

    def read(self) -> Iterator[Recorded]:
        for number, file in enumerate(self._files):
            image = _read_picture(file)
            luma = np.asarray(image.convert("L").resize(self.luma_size, Image.Resampling.BOX))
            yield Recorded(number, number / self.frames_per_second, luma, _PictureStill(image))


class _PictureStill:
    def __init__(self, image: Image.Image) -> None:
        self._image = image

    @property
    def size_bytes(self) -> int:
        return self._image.width * self._image.height * 3

    def picture(self) -> Image.Image:
        return self._image.copy()

    def jpeg(self) -> bytes:
        return encode(self._image, JPEG_QUALITY)

    def thumbnail(self) -> bytes:
        size = luma_size(self._image.size, THUMBNAIL_WIDTH)
        return encode(self._image.resize(size, Image.Resampling.BOX), THUMBNAIL_QUALITY)


def _read_picture(file: Path) -> Image.Image:
    with readable(str(file)), Image.open(file) as image:
        return image.convert("RGB")


def luma_size(size: tuple[int, int], width: int) -> tuple[int, int]:
    """The size at most `width` wide with the same shape, even both ways."""
    across = min(width, size[0])
    return max(2, across // 2 * 2), max(2, round(size[1] * across / size[0] / 2) * 2)
