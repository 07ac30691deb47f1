"""When a camera is armed: always, never, or at certain hours of the week in the site's time zone. Pure: no clock of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end` in minutes of the day, on these weekdays (Monday is 0). An `end` before `start` lies on the next day."""

    days: frozenset[int]
    start: int
    end: int

    def holds(self, weekday: int, minute: int) -> bool:
        if self.start < self.end:
            return weekday in self.days and self.start <= minute < self.end
        began_yesterday = (weekday - 1) % 7 in self.days and minute < self.end
        return began_yesterday or (weekday in self.days and minute >= self.start)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Armed inside of one of the windows; without any, always."""

    windows: tuple[Window, ...] = ()
    zone: ZoneInfo | None = None

    def armed_at(self, wall_ns: int | None) -> bool:
        """Whether to be armed at an instant. None: nobody knows what time it is, and a camera that does not know watches."""
        if not self.windows or wall_ns is None:
            return True
        local = datetime.fromtimestamp(wall_ns / 1e9, self.zone)
        minute = local.hour * 60 + local.minute
        return any(window.holds(local.weekday(), minute) for window in self.windows)


def parse_schedule(windows: Sequence[Mapping[str, Any]], time_zone: str) -> Schedule:
    """From the wire. Raises ValueError with a sentence."""
    if not windows:
        return Schedule()
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"This machine does not know the time zone {time_zone!r}: install the package tzdata."
        ) from error
    return Schedule(tuple(_window(window) for window in windows), zone)


def _window(window: Mapping[str, Any]) -> Window:
    try:
        days = frozenset(_DAYS.index(day) for day in window["days"])
        start, end = (_minute(window[name]) for name in ("start", "end"))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"A window of the schedule makes no sense: {dict(window)!r}.") from error
    if not days or start == end:
        raise ValueError("A window of the schedule is empty.")
    return Window(days, start, end)


def _minute(text: str) -> int:
    hours, _, minutes = text.partition(":")
    minute = int(hours) * 60 + int(minutes)
    if not 0 <= minute < _MINUTES_OF_A_DAY:
        raise ValueError(text)
    return minute
