"""Time as a port: a monotonic clock to stamp with, the wall clock, and whether the wall clock can be believed.

A Raspberry Pi up to model 4 has no clock that survives a power cut: after boot the wall clock may be months behind and jumps when
the network answers. So every stamp carries the boot-relative instant too, and is corrected once the clock is known.
"""

import ctypes
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from auxiliary.records import Stamp

_NOT_SYNCHRONIZED = 5  # TIME_ERROR of adjtimex(2)
_SERVER_AGREES_WITHIN_NS = 2_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Instants in nanoseconds. Never blocks; safe from any thread."""

    @property
    def boot_id(self) -> str:
        """Names this boot of the machine: monotonic instants compare only within one."""

    def monotonic_ns(self) -> int:
        """Nanoseconds since boot, counting sleep; never jumps (CLOCK_BOOTTIME, the clock of libcamera's SensorTimestamp)."""

    def wall_ns(self) -> int:
        """Nanoseconds since 1970 UTC as this machine believes; may jump."""

    def synchronized(self) -> bool:
        """Whether the wall clock is known to be right to about a second."""

    def compare(self, server_wall_ns: int, asked_ns: int, answered_ns: int) -> None:
        """Learn what the server's clock said between two own monotonic instants."""


class SystemClock:
    """The machine's clocks."""

    def __init__(self) -> None:
        self.boot_id = _boot_id()
        self._server_agrees = False

    def monotonic_ns(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)

    def wall_ns(self) -> int:
        return time.time_ns()

    def synchronized(self) -> bool:
        return self._server_agrees or _kernel_synchronized()

    def compare(self, server_wall_ns: int, asked_ns: int, answered_ns: int) -> None:
        self._server_agrees = _agrees(self, server_wall_ns, asked_ns, answered_ns)


class FakeClock:
    """A clock that stands still until a test moves it; `jump` moves the wall clock alone, as a late NTP answer does."""

    def __init__(
        self, wall_ns: int = 1_790_000_000_000_000_000, *, synchronized: bool = True, boot_id: str = ""
    ) -> None:
        self.boot_id = boot_id or "00000000-0000-4000-8000-000000000001"
        self._monotonic_ns = 1_000_000_000
        self._wall_ns = wall_ns
        self._synchronized = synchronized

    def monotonic_ns(self) -> int:
        return self._monotonic_ns

    def wall_ns(self) -> int:
        return self._wall_ns

    def synchronized(self) -> bool:
        return self._synchronized

    def compare(self, server_wall_ns: int, asked_ns: int, answered_ns: int) -> None:
        self._synchronized = _agrees(self, server_wall_ns, asked_ns, answered_ns)

    def advance(self, seconds: float) -> None:
        """Let time pass on both clocks."""
        self._monotonic_ns += round(seconds * 1e9)
        self._wall_ns += round(seconds * 1e9)

    def jump(self, seconds: float, *, synchronized: bool = True) -> None:
        """Set the wall clock forward or back; the monotonic clock does not notice."""
        self._wall_ns += round(seconds * 1e9)
        self._synchronized = synchronized


def stamp(clock: Clock, at_ns: int) -> "Stamp":
    """The stamp of what was captured at the monotonic instant `at_ns` of this boot.

    An instant before the boot (a recording is played back) has no monotonic value worth sending.
    """
    from auxiliary.records import Stamp  # here, because the camera's process needs a clock but no records

    return Stamp(
        wall_ns=clock.wall_ns() - clock.monotonic_ns() + at_ns,
        clock_synchronized=clock.synchronized(),
        boot_id=clock.boot_id if at_ns >= 0 else None,
        monotonic_ns=at_ns if at_ns >= 0 else None,
    )


def corrected(stamp: "Stamp", clock: Clock) -> "Stamp":
    """The same instant as we know it now: the guess of an unsynchronised clock is replaced once this boot's clock is right."""
    if (
        stamp.clock_synchronized
        or stamp.monotonic_ns is None
        or stamp.boot_id != clock.boot_id
        or not clock.synchronized()
    ):
        return stamp
    wall_ns = clock.wall_ns() - clock.monotonic_ns() + stamp.monotonic_ns
    return stamp.model_copy(update={"wall_ns": wall_ns, "clock_synchronized": True})


def rfc3339(wall_ns: int) -> str:
    """UTC with microseconds and `Z`, as the wire wants it."""
    instant = _EPOCH + timedelta(microseconds=wall_ns // 1000)
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_rfc3339(text: str) -> int:
    """Nanoseconds since 1970 of an RFC 3339 instant. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"no time zone in {text!r}")
    return (instant - _EPOCH) // timedelta(microseconds=1) * 1000


def _agrees(clock: Clock, server_wall_ns: int, asked_ns: int, answered_ns: int) -> bool:
    """Whether our wall clock, at the server's instant, showed the same time give or take the time the answer was under way."""
    offset_ns = clock.wall_ns() - clock.monotonic_ns()
    early, late = offset_ns + asked_ns - _SERVER_AGREES_WITHIN_NS, offset_ns + answered_ns + _SERVER_AGREES_WITHIN_NS
    return answered_ns - asked_ns < _SERVER_AGREES_WITHIN_NS and early <= server_wall_ns <= late


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"


def _kernel_synchronized() -> bool:
    if Path("/run/systemd/timesync/synchronized").exists():
        return True
    try:
        adjtimex = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return False
    nothing_to_set = ctypes.create_string_buffer(512)  # struct timex, modes = 0: read only
    return adjtimex(nothing_to_set) not in (_NOT_SYNCHRONIZED, -1)
