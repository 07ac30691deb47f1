"""Target 4: the server's own thumbnail of a 1080p picture: CPU, and its likeness to LANCZOS at full size."""

import io
import math
import time
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from api.services.thumbnails import decode
from bench.server.pictures import make_pictures
from bench.server.report import Line

_SIZE = (320, 180)


def measure(folder: Path, *, quick: bool, full: bool) -> list[Line]:
    del folder, full
    pictures = make_pictures(4 if quick else 12).whole()
    rounds = 3 if quick else 15
    ours = median(_cpu_ms(decode, data) for _ in range(rounds) for data in pictures)
    usual = median(_cpu_ms(_usual, data) for _ in range(3) for data in pictures)
    likeness = median(_psnr(data) for data in pictures)
    return [
        Line(
            "4", "thumbnail of 1080p", f"{ours:.2f} ms CPU; at full size first {usual:.1f} ms", "<= 5.5 ms", ours <= 5.5
        ),
        Line("4", "its likeness to full LANCZOS", f"{likeness:.1f} dB (both before JPEG)", ">= 40 dB", likeness >= 40),
    ]


def _cpu_ms(function: object, data: bytes) -> float:
    begun = time.thread_time()
    function(data)  # type: ignore[operator]
    return (time.thread_time() - begun) * 1000


def _usual(data: bytes) -> None:
    _full(data).save(io.BytesIO(), "JPEG", quality=75)


def _full(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGB").resize(_SIZE, Image.Resampling.LANCZOS)


def _psnr(data: bytes) -> float:
    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", _SIZE)
        ours = np.asarray(picture.convert("RGB").resize(_SIZE, Image.Resampling.LANCZOS), np.float64)
    error = np.mean((ours - np.asarray(_full(data), np.float64)) ** 2)
    return 10 * math.log10(255**2 / float(error))
