"""Cuts out of a JPEG what tells where and with what it was taken: position, serial numbers, comments. Lossless: the picture
itself is not touched. Kept are what shows it as it was meant: JFIF, ICC colours, Adobe's transform, and which way is up.
"""

import struct

_APP1, _APP2, _APP14, _APP0, _APP15, _COM, _SOS, _EOI = 0xE1, 0xE2, 0xEE, 0xE0, 0xEF, 0xFE, 0xDA, 0xD9
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}
_ORIENTATION = 0x0112


def without_metadata(data: bytes) -> bytes:
    """The picture without its metadata; the same bytes when it has none. What is no whole JPEG comes back as it is: to judge
    it is somebody else's work."""
    if data[:2] != b"\xff\xd8":
        return data
    kept, place, cut = [data[:2]], 2, False
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker in {_SOS, _EOI} or marker in _WITHOUT_LENGTH:
            break
        length = struct.unpack_from(">H", data, place + 2)[0]
        if length < 2 or place + 2 + length > len(data):
            return data
        segment = data[place : place + 2 + length]
        replacement = _kept(marker, segment)
        cut = cut or replacement != segment
        kept.append(replacement)
        place += 2 + length
    return b"".join([*kept, data[place:]]) if cut else data


def _kept(marker: int, segment: bytes) -> bytes:
    body = segment[4:]
    if marker == _APP1 and body.startswith(b"Exif\0\0"):
        return _only_orientation(body[6:], segment)
    if marker == _APP2 and body.startswith(b"ICC_PROFILE\0"):
        return segment
    if _APP0 <= marker <= _APP15 and marker not in {_APP0, _APP14}:
        return b""
    return b"" if marker == _COM else segment


def _only_orientation(tiff: bytes, segment: bytes) -> bytes:
    """An Exif segment that says which way is up and nothing else; empty where that is the usual way."""
    turned = _orientation(tiff)
    if turned in {None, 1}:
        return b""
    body = b"Exif\0\0MM\0\x2a" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
    made = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    return segment if made == segment else made


def _orientation(tiff: bytes) -> int | None:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return None
    start = struct.unpack_from(f"{order}I", tiff, 4)[0]
    if start + 2 > len(tiff):
        return None
    for number in range(struct.unpack_from(f"{order}H", tiff, start)[0]):
        entry = start + 2 + 12 * number
        if entry + 12 > len(tiff):
            return None
        tag, kind = struct.unpack_from(f"{order}HH", tiff, entry)
        if (tag, kind) == (_ORIENTATION, 3):
            value = struct.unpack_from(f"{order}H", tiff, entry + 8)[0]
            return value if 1 <= value <= 8 else None
    return None
