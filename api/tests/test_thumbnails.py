"""Thumbnails: small, true to the picture, and made of anything, however broken."""

import io
import random

import numpy as np
import pytest
from PIL import Image

from api.services.thumbnails import WIDTH, Decoded, decode
from api.tests.support import jpeg, picture


def opened(decoded: Decoded) -> Image.Image:
    image = Image.open(io.BytesIO(decoded.thumbnail), formats=["JPEG"])
    image.load()
    return image


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1920, 1080), (320, 180)),
        ((1080, 1920), (320, 569)),
        ((320, 240), (320, 240)),
        ((64, 48), (64, 48)),
        ((1, 1), (1, 1)),
        ((4000, 8), (320, 1)),
        ((8, 4000), (8, 640)),
    ],
)
def test_is_at_most_320_wide_and_never_enlarged(size: tuple[int, int], expected: tuple[int, int]) -> None:
    decoded = decode(jpeg(*size))
    assert opened(decoded).size == expected
    assert not decoded.damaged
    assert WIDTH == 320


def test_equals_a_full_decode_within_40_decibels() -> None:
    data = jpeg(1920, 1080, seed=5, quality=90)
    full = Image.open(io.BytesIO(data)).convert("RGB").resize((320, 180), Image.Resampling.LANCZOS)
    reference = io.BytesIO()
    full.save(reference, "JPEG", quality=75)
    ours = np.asarray(opened(decode(data)).convert("RGB"), dtype=float)
    theirs = np.asarray(Image.open(reference).convert("RGB"), dtype=float)
    error = float(np.mean((ours - theirs) ** 2))
    assert error > 0, "the same bytes: this compares nothing"
    assert 10 * np.log10(255**2 / error) >= 40


def test_shows_the_picture_and_not_another() -> None:
    first, second = (np.asarray(opened(decode(jpeg(640, 480, seed))), dtype=float) for seed in (1, 4))
    assert float(np.mean((first - second) ** 2)) > 100


def test_average_colour_is_that_of_the_picture() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (200, 100), (30, 160, 90)).save(buffer, "JPEG", quality=95)
    color = decode(buffer.getvalue()).average_color
    channels = (color >> 16, color >> 8 & 0xFF, color & 0xFF)
    assert all(abs(got - wanted) <= 3 for got, wanted in zip(channels, (30, 160, 90), strict=True))


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_cmyk_become_colour(mode: str) -> None:
    buffer = io.BytesIO()
    picture(400, 300).convert(mode).save(buffer, "JPEG")
    assert opened(decode(buffer.getvalue())).mode == "RGB"


def test_what_arrived_of_a_cut_picture_is_shown() -> None:
    data = jpeg(640, 480, seed=2)
    decoded = decode(data[: len(data) // 2])
    assert decoded.damaged
    upper = (0, 0, 320, 60)
    whole, part = (np.asarray(opened(each).crop(upper), dtype=float) for each in (decode(data), decoded))
    assert float(np.mean((whole - part) ** 2)) < 50


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"no picture", jpeg()[:100]])
def test_what_cannot_be_shown_at_all_is_a_grey_field(data: bytes) -> None:
    decoded = decode(data)
    assert decoded.damaged
    assert opened(decoded).size[0] <= 320


def test_a_damaged_picture_leaves_the_next_one_alone() -> None:
    data = jpeg(640, 480)
    assert decode(data[:-400]).damaged
    assert not decode(data).damaged
    assert decode(data[:-400]).damaged


def test_mutated_pictures_are_flagged_or_shown_and_never_raise() -> None:
    random_bytes = random.Random(7)
    originals = [jpeg(), jpeg(progressive=True), jpeg(exif=b"Exif\0\0II*\0\x08\0\0\0" + b"\x02\0" * 40)]
    damaged = 0
    for round_number in range(900):
        data = bytearray(originals[round_number % 3])
        for _ in range(random_bytes.choice((1, 2, 20))):
            data[random_bytes.randrange(2, len(data))] = random_bytes.choice((0, 0xFF, random_bytes.randrange(256)))
        decoded = decode(bytes(data))
        damaged += decoded.damaged
        assert opened(decoded).size[0] <= 320
        assert 0 <= decoded.average_color <= 0xFFFFFF
    assert 0 < damaged < 900
