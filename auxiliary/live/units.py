"""The units of live video as they cross the wire: a header of 16 bytes and the data. The camera alone writes them.

Big endian: kind (1 H.264 access unit in Annex B, 2 JPEG), flags (1: decoding may begin here), epoch (changes with the encoder),
sequence number, capture time in microseconds since 1970. See docs/design/live.md.
"""

import struct
from dataclasses import dataclass

VIDEO, PICTURE = 1, 2
_HEADER = struct.Struct(">BBHIQ")


@dataclass(frozen=True, slots=True)
class Packed:
    """One unit ready to send."""

    sequence: int
    captured_us: int
    key: bool
    message: bytes


def pack(kind: int, *, key: bool, epoch: int, sequence: int, captured_us: int, data: bytes) -> Packed:
    """Numbers wrap around at the width of their field."""
    sequence &= 0xFFFF_FFFF
    head = _HEADER.pack(kind, int(key), epoch & 0xFFFF, sequence, captured_us)
    return Packed(sequence, captured_us, key, head + data)
