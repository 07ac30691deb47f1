"""The marker walk: takes every real JPEG, and refuses whatever is cut, padded, lying or made to cost time."""

import io
import random
import struct
import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from api.errors import DomainError, Invalid, TooLarge
from api.services.jpeg import JpegInfo, inspect_jpeg
from api.tests.support import jpeg, picture

MOST = 24_000_000
EOI = b"\xff\xd9"


def walk(data: bytes) -> JpegInfo:
    return inspect_jpeg(data, max_pixels=MOST)


def refusal(data: bytes) -> str:
    with pytest.raises(DomainError) as caught:
        walk(data)
    assert isinstance(caught.value, Invalid | TooLarge)
    return caught.value.code


def stating(data: bytes, width: int, height: int) -> bytes:
    """The same JPEG with another size in its frame header."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def exif_with_thumbnail() -> bytes:
    """An EXIF block that holds a whole JPEG, as cameras write it."""
    inner = jpeg(32, 24, seed=3)
    header = b"Exif\0\0II*\0\x08\0\0\0" + b"\0\0" + b"\0\0\0\0"
    return header + inner


def with_many_scans(scans: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again: valid for decoders, and slow for them."""
    data = jpeg(64, 64, progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * scans + EOI


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(jpeg(), id="baseline"),
        pytest.param(jpeg(progressive=True), id="progressive"),
        pytest.param(jpeg(640, 480, restart_marker_blocks=4), id="restart markers"),
        pytest.param(jpeg(exif=exif_with_thumbnail()), id="EXIF with a thumbnail, itself a JPEG"),
        pytest.param(jpeg(comment=b"\xff\xd9\xff\xd8<html>"), id="comment that looks like an end"),
        pytest.param(jpeg() + b"\0" * 4096, id="zeros after the end, as V4L2 leaves them"),
        pytest.param(jpeg().replace(b"\xff\xdb", b"\xff\xff\xff\xdb", 1), id="fill bytes before a marker"),
        pytest.param(jpeg()[:-2] + b"\xff\xff\xff\xd9", id="fill bytes before the end"),
        pytest.param(jpeg(subsampling=0, optimize=True), id="4:4:4, optimised tables"),
    ],
)
def test_takes_what_cameras_and_libraries_write(data: bytes) -> None:
    info = walk(data)
    with Image.open(io.BytesIO(data)) as opened:
        assert (info.width, info.height) == opened.size


def test_takes_grey_and_cmyk_pictures() -> None:
    for mode in ("L", "CMYK"):
        buffer = io.BytesIO()
        picture(50, 40).convert(mode).save(buffer, "JPEG")
        assert walk(buffer.getvalue()) == JpegInfo(50, 40)


def test_size_is_that_of_the_picture_and_not_of_its_thumbnail() -> None:
    assert walk(jpeg(100, 80, exif=exif_with_thumbnail())) == JpegInfo(100, 80)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\xff", "not_a_jpeg"),
        (b"\xff\xd8", "not_a_jpeg"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not_a_jpeg"),
        (b"GIF89a" + b"\0" * 100, "not_a_jpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "not_a_jpeg"),
        (b"\xff\xd8\xff\xd9", "not_a_jpeg"),
        (b"\xff\xd8\xff", "truncated_jpeg"),
        (b"\xff\xd8" + b"\xff" * 1000, "truncated_jpeg"),
        (jpeg() + b"<html><script>alert(1)</script>", "implausible_jpeg"),
        (jpeg() + b"PK\x03\x04" + b"\0" * 50, "implausible_jpeg"),
        (jpeg() + b"\0" * 10 + b"x", "implausible_jpeg"),
        (jpeg() + jpeg(), "implausible_jpeg"),
        (with_many_scans(40), "implausible_jpeg"),
        (with_many_scans(2000), "implausible_jpeg"),
        (b"\xff\xd8" + b"\xff\xfe\0\x02" * 600 + EOI, "implausible_jpeg"),
        (jpeg().replace(b"\xff\xc0", b"\xff\xc9", 1), "not_a_jpeg"),
        (jpeg().replace(b"\xff\xc0", b"\xff\xc3", 1), "not_a_jpeg"),
        (jpeg().replace(b"\xff\xc0", b"\xff\xfe", 1), "not_a_jpeg"),
        (stating(jpeg(), 65500, 65500), "too_many_pixels"),
        (stating(jpeg(), 6000, 4001), "too_many_pixels"),
        (stating(jpeg(), 6000, 4000), "implausible_jpeg"),
        (stating(jpeg(), 0, 48), "not_a_jpeg"),
        (stating(jpeg(), 64, 0), "not_a_jpeg"),
    ],
)
def test_refuses_with_its_reason(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_a_second_frame_header_is_refused() -> None:
    data = jpeg()
    start = data.index(b"\xff\xc0")
    length = int.from_bytes(data[start + 2 : start + 4], "big") + 2
    assert refusal(data[:start] + data[start : start + length] + data[start:]) == "not_a_jpeg"


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 2}])
def test_cut_anywhere_it_is_refused(options: dict[str, Any]) -> None:
    data = jpeg(96, 64, **options)
    for length in range(len(data) - 1):
        assert refusal(data[:length]) in {"empty_file", "not_a_jpeg", "truncated_jpeg"}, f"cut at {length}"


def test_the_pixel_limit_is_inclusive() -> None:
    data = jpeg(100, 50)
    assert inspect_jpeg(data, max_pixels=5000) == JpegInfo(100, 50)
    with pytest.raises(TooLarge):
        inspect_jpeg(data, max_pixels=4999)


def test_thousands_of_mutations_are_taken_or_refused_and_nothing_else() -> None:
    random_bytes = random.Random(20)
    originals = [jpeg(), jpeg(progressive=True), jpeg(restart_marker_blocks=1), jpeg(exif=exif_with_thumbnail())]
    refused = 0
    for round_number in range(6000):
        data = bytearray(originals[round_number % len(originals)])
        for _ in range(random_bytes.choice((1, 1, 2, 8, 50))):
            match random_bytes.randrange(4):
                case 0:
                    data[random_bytes.randrange(len(data))] = random_bytes.choice((0, 1, 0xD8, 0xD9, 0xDA, 0xFF))
                case 1:
                    data[random_bytes.randrange(len(data))] = random_bytes.randrange(256)
                case 2:
                    del data[random_bytes.randrange(len(data))]
                case 3:
                    data.insert(random_bytes.randrange(len(data)), 0xFF)
        try:
            info = walk(bytes(data))
        except (Invalid, TooLarge):
            refused += 1
        else:
            assert 0 < info.width * info.height <= MOST
    assert 500 < refused < 6000


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_after_a_beginning_are_taken_or_refused(tail: bytes) -> None:
    for head in (b"\xff\xd8\xff", jpeg()[:200], jpeg()[:-2]):
        try:
            walk(head + tail)
        except (Invalid, TooLarge):
            continue


def lines_run(data: bytes) -> int:
    """How many lines of Python the walk takes: what it costs, without a clock."""
    counted = 0

    def trace(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal counted
        counted += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        inspect_jpeg(data, max_pixels=MOST)
    except (Invalid, TooLarge):
        pass
    finally:
        sys.settrace(before)
    return counted


@pytest.mark.parametrize("filler", [b"\xff\x00", b"\xff\xff", b"\xff\xd0", b"\x00\xff"])
@pytest.mark.parametrize("place", ["scan", "after the beginning", "after the end"])
def test_a_big_hostile_body_costs_no_more_python_than_a_small_one(filler: bytes, place: str) -> None:
    data = jpeg()

    def hostile(size: int) -> bytes:
        body = filler * (size // len(filler))
        return {
            "scan": data[:-2] + body + EOI,
            "after the beginning": data[:2] + body + data[2:],
            "after the end": data + body,
        }[place]

    assert lines_run(hostile(400_000)) < lines_run(hostile(4_000)) + 3000
