"""What can be known of a JPEG without decoding it: ITU-T T.81 (1992), annex B, walked marker by marker.

Cheap enough to come before the answer to an upload (one pass at the speed of `re`), and strict enough that what passes
is one whole JPEG picture of a bearable size. Whether the picture decodes is found out by a worker afterwards.
"""

import re
import struct
from dataclasses import dataclass

from api.errors import Invalid, TooLarge

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_RESTARTS = range(0xD0, 0xD8)
_TEM = 0x01
# Baseline, extended and progressive Huffman; arithmetic, lossless and hierarchical frames are what no camera sends
# and hardly anything displays.
_FRAMES = {0xC0, 0xC1, 0xC2}
_OTHER_FRAMES = {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_NEXT_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
# Any number of fill bytes may stand before a marker: skipped at the speed of `re`, since 25 MB of them would else
# take seconds of Python.
_FILL = re.compile(rb"\xff*")
# libjpeg writes 10 scans for a progressive picture; thousands of them are an attack on the decoder's time.
_MOST_SCANS = 20
_MOST_SEGMENTS = 512
# A header that claims far more pixels than the data can hold makes decoders allocate and fill for nothing.
_FEWEST_BYTES_PER_PIXEL = 0.01
_SMALL_PIXELS = 65_536


@dataclass(frozen=True, slots=True)
class JpegInfo:
    """Size of a picture in pixels, as its frame header states it."""

    width: int
    height: int


def inspect_jpeg(data: bytes, *, max_pixels: int) -> JpegInfo:
    """Walk the markers of `data`.

    Raises `Invalid` (`empty_file`, `not_a_jpeg`, `truncated_jpeg`, `implausible_jpeg`) and `TooLarge`
    (`too_many_pixels`). Zero bytes after the end, as V4L2 drivers leave them, are accepted; anything else is not.
    """
    if not data:
        raise Invalid("empty_file", "The file is empty: send the bytes of a JPEG picture.")
    if data[:3] != b"\xff\xd8\xff":
        raise Invalid("not_a_jpeg", "This is not a JPEG picture: send image/jpeg, beginning with the bytes FF D8 FF.")
    return _Walk(data, max_pixels).run()


class _Walk:
    def __init__(self, data: bytes, max_pixels: int) -> None:
        self._data = data
        self._max_pixels = max_pixels
        self._info: JpegInfo | None = None
        self._scans = 0

    def run(self) -> JpegInfo:
        position = 2
        for _ in range(_MOST_SEGMENTS):
            marker, position = self._marker(position)
            if marker == _EOI:
                return self._finish(position)
            if marker in _RESTARTS or marker == _TEM:
                continue
            end = self._segment_end(position)
            if marker in _FRAMES:
                self._frame(position, end)
            elif marker in _OTHER_FRAMES:
                raise Invalid("not_a_jpeg", "This kind of JPEG is not supported: send a baseline or progressive one.")
            position = self._scan(end) if marker == _SOS else end
        raise Invalid(
            "implausible_jpeg", f"This JPEG has more than {_MOST_SEGMENTS} segments: save it again as a plain JPEG."
        )

    def _marker(self, position: int) -> tuple[int, int]:
        """The marker at `position` and what follows it; fill bytes (FF) before it are skipped (B.1.1.2)."""
        data = self._data
        if position >= len(data):
            raise _truncated()
        if data[position] != 0xFF:
            raise Invalid("not_a_jpeg", f"This JPEG is broken at byte {position}: take or save the picture again.")
        position = _end_of_fill(data, position)
        if position >= len(data):
            raise _truncated()
        marker = data[position]
        if marker in {0x00, _SOI}:
            raise Invalid("not_a_jpeg", f"This JPEG is broken at byte {position}: take or save the picture again.")
        return marker, position + 1

    def _segment_end(self, position: int) -> int:
        if position + 2 > len(self._data):
            raise _truncated()
        (length,) = struct.unpack_from(">H", self._data, position)
        if length < 2:
            raise Invalid("not_a_jpeg", f"This JPEG is broken at byte {position}: take or save the picture again.")
        end = position + int(length)
        if end > len(self._data):
            raise _truncated()
        return end

    def _frame(self, position: int, end: int) -> None:
        if self._info is not None or end - position < 8:
            raise Invalid("not_a_jpeg", "This JPEG has a broken frame header: take or save the picture again.")
        height, width = struct.unpack_from(">HH", self._data, position + 3)
        if not width or not height:
            raise Invalid("not_a_jpeg", "This JPEG states no size: save it again as a plain JPEG.")
        pixels = width * height
        if pixels > self._max_pixels:
            raise TooLarge(
                "too_many_pixels",
                f"The picture has {width} x {height} pixels; at most {self._max_pixels / 1e6:g} megapixels are taken: send it smaller.",
            )
        if pixels > _SMALL_PIXELS and len(self._data) < pixels * _FEWEST_BYTES_PER_PIXEL:
            raise Invalid(
                "implausible_jpeg", f"{len(self._data)} bytes cannot be a picture of {width} x {height} pixels."
            )
        self._info = JpegInfo(width, height)

    def _scan(self, position: int) -> int:
        """Past the entropy-coded data of a scan: the next marker that is no stuffed zero and no restart."""
        self._scans += 1
        if self._info is None:
            raise Invalid(
                "not_a_jpeg", "This JPEG has picture data before its frame header: save it again as a plain JPEG."
            )
        if self._scans > _MOST_SCANS:
            raise Invalid(
                "implausible_jpeg", f"This JPEG has more than {_MOST_SCANS} scans: save it again as a baseline JPEG."
            )
        found = _NEXT_MARKER.search(self._data, position)
        if found is None:
            raise _truncated()
        return found.start()

    def _finish(self, position: int) -> JpegInfo:
        if self._info is None or not self._scans:
            raise Invalid("not_a_jpeg", "This JPEG holds no picture: take or save the picture again.")
        if self._data[position:].strip(b"\0"):
            raise Invalid("implausible_jpeg", "There is something behind the end of this JPEG: send the picture alone.")
        return self._info


def _end_of_fill(data: bytes, position: int) -> int:
    found = _FILL.match(data, position)
    return position if found is None else found.end()


def _truncated() -> Invalid:
    return Invalid("truncated_jpeg", "This JPEG ends too early: it was cut off on its way, send it whole.")
