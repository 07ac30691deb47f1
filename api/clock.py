"""Time as a port. Instants are integers: microseconds since 1970-01-01 UTC, as stored; RFC 3339 on the wire."""

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

SECOND = 1_000_000
"""Microseconds in a second."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HOUR = 3_600 * SECOND


class Clock(Protocol):
    """Wall time and a monotonic time that no clock change moves."""

    def now(self) -> int:
        """Wall time in microseconds since the epoch, UTC."""
        ...

    def monotonic_seconds(self) -> float:
        """Seconds since an arbitrary start; never goes back."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> int:
        return time.time_ns() // 1000

    def monotonic_seconds(self) -> float:
        return time.monotonic()


class FakeClock:
    """A clock that stands still until it is told to move; for tests."""

    def __init__(self, now: int = 1_790_000_000 * SECOND) -> None:
        self._now = now
        self._monotonic = 0.0

    def now(self) -> int:
        return self._now

    def monotonic_seconds(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        self._now += round(seconds * SECOND)
        self._monotonic += seconds


def from_datetime(moment: datetime) -> int:
    """Microseconds since the epoch of an aware datetime (integer arithmetic: floats would lose microseconds)."""
    return (moment - _EPOCH) // _MICROSECOND


def to_datetime(micros: int) -> datetime:
    """The aware UTC datetime of a stored instant."""
    return _EPOCH + timedelta(microseconds=micros)


def to_rfc3339(micros: int) -> str:
    """`2026-11-22T14:02:11.123456Z`: fixed width, so that texts sort like the instants they name."""
    # Cheaper than strftime, and a page of a list has hundreds of them.
    hours, rest = divmod(micros, _HOUR)
    seconds, fraction = divmod(rest, SECOND)
    minute, second = divmod(seconds, 60)
    return f"{_date_and_hour(hours)}:{minute:02}:{second:02}.{fraction:06}Z"


@lru_cache(maxsize=1024)
def _date_and_hour(hours: int) -> str:
    return (_EPOCH + timedelta(hours=hours)).isoformat()[:13]
