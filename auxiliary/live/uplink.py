"""What waits for the network while live, and how much of it: live video may be worse or missing, but never late.

Every unit is acknowledged by the server. As soon as the oldest one under way is older than `LATE_SECONDS`, what waits is dropped,
the rate halved, and the next thing sent is a key unit, once the line is empty again; a line that is quick for a while gets more.
No I/O and no clock of its own: everything is told by `session`, in the event loop. Rules: docs/design/live.md.
"""

from collections import deque

from auxiliary.live.units import Packed

LATE_SECONDS = 0.7
_EMPTY_SECONDS = 0.2
_QUICK_FOR_SECONDS = 15.0
_LOWEST_KILOBITS = 150
_MOST_BYTES = 2 << 20


class Uplink:
    """The queue in front of one media connection."""

    def __init__(self, most_kilobits: int) -> None:
        self.kilobits_per_second = most_kilobits
        self.dropped = 0
        self._most_kilobits = most_kilobits
        self._waiting: deque[Packed] = deque()
        self._under_way: deque[tuple[int, int]] = deque()
        self._needs_key = True
        self._newest_us = 0
        self._quick_since_us: int | None = None

    def offer(self, unit: Packed) -> None:
        """Queue a unit, or let it go."""
        self._newest_us = unit.captured_us
        if self._needs_key:
            if not unit.key or self.late_seconds() > _EMPTY_SECONDS:
                self.dropped += 1
                return
            self._needs_key = False
        elif self.late_seconds() > LATE_SECONDS or sum(len(one.message) for one in self._waiting) > _MOST_BYTES:
            self._trip()
            return
        self._waiting.append(unit)

    def take(self) -> Packed | None:
        """The next unit to send, which is under way from now on."""
        if not self._waiting:
            return None
        unit = self._waiting.popleft()
        self._under_way.append((unit.sequence, unit.captured_us))
        return unit

    def acknowledged(self, sequence: int) -> bool:
        """The server has it and all before it. True when a key unit should be asked for now."""
        while self._under_way and (sequence - self._under_way[0][0]) & 0xFFFF_FFFF < 1 << 31:
            self._under_way.popleft()
        self._note_speed()
        return self._needs_key and self.late_seconds() <= _EMPTY_SECONDS

    def begin_anew(self) -> None:
        """Units were lost on their way here: what follows means nothing before the next key unit."""
        self._waiting.clear()
        self._needs_key = True

    def late_seconds(self) -> float:
        """How old the oldest unit under way or waiting is, compared with the newest captured one."""
        oldest = self._under_way[0][1] if self._under_way else self._waiting[0].captured_us if self._waiting else None
        return 0.0 if oldest is None else max(0.0, (self._newest_us - oldest) / 1e6)

    def _trip(self) -> None:
        self.dropped += len(self._waiting) + 1
        self._waiting.clear()
        self._needs_key = True
        self._quick_since_us = None
        self.kilobits_per_second = max(_LOWEST_KILOBITS, self.kilobits_per_second // 2)

    def _note_speed(self) -> None:
        if self._needs_key or self.late_seconds() > _EMPTY_SECONDS:
            self._quick_since_us = None
            return
        self._quick_since_us = self._newest_us if self._quick_since_us is None else self._quick_since_us
        if self._newest_us - self._quick_since_us >= _QUICK_FOR_SECONDS * 1e6:
            self.kilobits_per_second = min(self._most_kilobits, self.kilobits_per_second * 3 // 2)
            self._quick_since_us = self._newest_us
