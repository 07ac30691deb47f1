"""Units of live video as cameras send them: a header of 16 bytes, then the data, which the server never looks into.

Big endian: kind (1 H.264 access unit in Annex B, 2 JPEG), flags (1: decoding may begin here), epoch, sequence number, capture
time in microseconds since 1970. See docs/design/live.md.
"""

import struct
from dataclasses import dataclass

VIDEO, PICTURE = 1, 2
LONGEST_UNIT_BYTES = 2 << 20
_HEADER = struct.Struct(">BBHIQ")
_KEY = 1


@dataclass(frozen=True, slots=True)
class LiveUnit:
    """One unit: what its header says, and the whole message as it came."""

    kind: int
    key: bool
    sequence: int
    captured_us: int
    message: bytes

    @property
    def data(self) -> bytes:
        return self.message[_HEADER.size :]


def read_unit(message: bytes) -> LiveUnit:
    """Raises ValueError when this is none."""
    if not _HEADER.size < len(message) <= LONGEST_UNIT_BYTES:
        raise ValueError("a unit of this length cannot be")
    kind, flags, _epoch, sequence, captured_us = _HEADER.unpack_from(message)
    if kind not in (VIDEO, PICTURE):
        raise ValueError("an unknown kind of unit")
    return LiveUnit(kind, bool(flags & _KEY), sequence, captured_us, message)
