"""Time as a port: a monotonic clock to stamp with, the wall clock, and whether the wall clock can be believed.

A Raspberry Pi up to model 4 has no clock that survives a power cut: after boot the wall clock may be months behind and jumps when
the network answers. So every stamp carries the boot-relative instant too, and is corrected once it is known when this boot
began: by a time server, or else by what our own server says (`server_time`).
"""

import ctypes
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from auxiliary.server_time import ServerTime, Started

if TYPE_CHECKING:
    from auxiliary.records import Stamp

_NOT_SYNCHRONIZED = 5  # TIME_ERROR of adjtimex(2)
_SERVER_AGREES_WITHIN_NS = 2_000_000_000
_LEAST_UNCERTAINTY_NS = 1_000_000
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

    def started(self, boot_id: str) -> Started | None:
        """When this boot, or an earlier one that is remembered, began; None while nobody can say. Whoever knows it knows the true
        time of everything that was stamped with a monotonic instant."""

    def compare(self, server_wall_ns: int, asked_ns: int, answered_ns: int, *, within_ns: int = 0) -> None:
        """Learn what the server's clock said, give or take `within_ns`, between two own monotonic instants."""


class SystemClock:
    """The machine's clocks."""

    def __init__(self, earlier: Mapping[str, Started] | None = None) -> None:
        """`earlier`: what is remembered of other boots; looked at, never changed."""
        self.boot_id = _boot_id()
        self._earlier = earlier or {}
        self._server_agrees = False
        self._server_time = ServerTime()

    def monotonic_ns(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)

    def wall_ns(self) -> int:
        return time.time_ns()

    def synchronized(self) -> bool:
        return self._server_agrees or _kernel_synchronized()

    def started(self, boot_id: str) -> Started | None:
        if boot_id != self.boot_id:
            return self._earlier.get(boot_id)
        uncertainty_ns = _kernel_uncertainty_ns()
        if uncertainty_ns is not None:
            return Started(self.wall_ns() - self.monotonic_ns(), uncertainty_ns)
        return self._server_time.started(self.monotonic_ns())

    def compare(self, server_wall_ns: int, asked_ns: int, answered_ns: int, *, within_ns: int = 0) -> None:
        self._server_agrees = _agrees(self, server_wall_ns, asked_ns, answered_ns)
        self._server_time.learn(server_wall_ns, asked_ns, answered_ns, within_ns=within_ns)


class FakeClock:
    """A clock that stands still until a test moves it; `jump` moves the wall clock alone, as a late NTP answer does."""

    def __init__(
        self, wall_ns: int = 1_790_000_000_000_000_000, *, synchronized: bool = True, boot_id: str = ""
    ) -> None:
        self.boot_id = boot_id or "00000000-0000-4000-8000-000000000001"
        self._monotonic_ns = 1_000_000_000
        self._wall_ns = wall_ns
        self._synchronized = synchronized
        self._server_time = ServerTime()
        self.earlier: dict[str, Started] = {}

    def monotonic_ns(self) -> int:
        return self._monotonic_ns

    def wall_ns(self) -> int:
        return self._wall_ns

    def synchronized(self) -> bool:
        return self._synchronized

    def started(self, boot_id: str) -> Started | None:
        if boot_id != self.boot_id:
            return self.earlier.get(boot_id)
        if self._synchronized:
            return Started(self._wall_ns - self._monotonic_ns, _LEAST_UNCERTAINTY_NS)
        return self._server_time.started(self._monotonic_ns)

    def compare(self, server_wall_ns: int, asked_ns: int, answered_ns: int, *, within_ns: int = 0) -> None:
        self._synchronized = _agrees(self, server_wall_ns, asked_ns, answered_ns)
        self._server_time.learn(server_wall_ns, asked_ns, answered_ns, within_ns=within_ns)

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

    started = clock.started(clock.boot_id)
    began_ns = clock.wall_ns() - clock.monotonic_ns() if started is None else started.wall_ns
    return Stamp(
        wall_ns=began_ns + at_ns,
        clock_synchronized=started is not None,
        boot_id=clock.boot_id if at_ns >= 0 else None,
        monotonic_ns=at_ns if at_ns >= 0 else None,
        uncertainty_seconds=None if started is None else started.uncertainty_seconds,
    )


def corrected(stamp: "Stamp", clock: Clock) -> "Stamp":
    """The same instant as we know it now: a guess is replaced once it is known when its boot began."""
    if stamp.clock_synchronized or stamp.monotonic_ns is None or stamp.boot_id is None:
        return stamp
    started = clock.started(stamp.boot_id)
    if started is None:
        return stamp
    known = {"wall_ns": started.wall_ns + stamp.monotonic_ns, "uncertainty_seconds": started.uncertainty_seconds}
    return stamp.model_copy(update={**known, "clock_synchronized": True})


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
    return _kernel_uncertainty_ns() is not None


def _kernel_uncertainty_ns() -> int | None:
    """By how much the kernel says that the wall clock may be off; None when nobody has set it."""
    try:
        adjtimex = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return None
    timex = (ctypes.c_long * 64)()  # struct timex begins with modes (0: read only), offset, freq, maxerror in longs
    state = adjtimex(timex)
    if state not in (_NOT_SYNCHRONIZED, -1):
        return max(_LEAST_UNCERTAINTY_NS, int(timex[3]) * 1000)
    # A daemon that steps the clock without telling the kernel: right to about a second.
    return 1_000_000_000 if Path("/run/systemd/timesync/synchronized").exists() else None
