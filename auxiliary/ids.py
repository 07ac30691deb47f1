"""Identifiers made by whoever captures: UUIDv7 (RFC 9562), so an id is unique, sorts by time and names one upload for ever."""

import secrets
from uuid import UUID


def uuid7(wall_ns: int) -> str:
    """A lower-case UUIDv7 for an instant given in nanoseconds since 1970 (UTC).

    The 12 bits after the millisecond hold its fraction (RFC 9562 section 6.2, method 3), the other 62 are random.
    """
    milliseconds, rest_ns = divmod(max(0, wall_ns), 1_000_000)
    fraction = rest_ns * 4096 // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(UUID(int=value))
