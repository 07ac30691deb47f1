"""What to do about a camera that fails again and again: wait a little longer each time, and when it stays so, say so.

The last rung restarts the machine: a camera driver stuck in the kernel is cured by nothing else.
"""

import logging
import shlex
import subprocess
from collections import deque
from collections.abc import Callable

from auxiliary.clock import Clock
from auxiliary.status import Status

logger = logging.getLogger(__name__)

_HOUR_NS = 3_600_000_000_000
_REBOOT_TIMEOUT_SECONDS = 60.0


class Ladder:
    """Counts failures of one camera; pauses double from `first_seconds`. Used by one thread, read by any."""

    def __init__(
        self,
        clock: Clock,
        *,
        first_seconds: float = 1.0,
        longest_seconds: float = 30.0,
        most_failures: int = 6,
        within_seconds: float = 1800.0,
    ) -> None:
        self._clock = clock
        self._first_seconds = first_seconds
        self._longest_seconds = longest_seconds
        self._within_ns = round(within_seconds * 1e9)
        self._pause_seconds = first_seconds
        self._failed_ns: deque[int] = deque(maxlen=most_failures)

    def failed(self) -> float:
        """Note a failure; return how long to wait before the next attempt, in seconds."""
        self._failed_ns.append(self._clock.monotonic_ns())
        pause_seconds = self._longest_seconds if self.stuck else self._pause_seconds
        self._pause_seconds = min(self._longest_seconds, self._pause_seconds * 2)
        return pause_seconds

    def worked(self) -> None:
        """A picture came: the next failure starts with a short pause again. The count goes on, as a camera may flap."""
        self._pause_seconds = self._first_seconds

    @property
    def failures(self) -> int:
        """How many lie within the window, at most as many as make it stuck."""
        since_ns = self._clock.monotonic_ns() - self._within_ns
        return sum(at_ns >= since_ns for at_ns in self._failed_ns)

    @property
    def stuck(self) -> bool:
        """Whether restarting the camera's process has failed so often that something else is needed."""
        return self.failures == self._failed_ns.maxlen


class Reboot:
    """Restarts the machine with `command`, at most once an hour: never in the first hour after a start. Empty: never at all."""

    def __init__(self, command: str, clock: Clock, status: Status, run: Callable[..., object] = subprocess.run) -> None:
        self._command = shlex.split(command)
        self._clock = clock
        self._status = status
        self._run = run
        self._not_before_ns = _HOUR_NS  # of the clock that counts from the start of the machine

    def __call__(self) -> None:
        """Do it if it may be done now; never raises for a command that fails."""
        now_ns = self._clock.monotonic_ns()
        if not self._command or now_ns < self._not_before_ns:
            return
        self._not_before_ns = now_ns + _HOUR_NS
        self._status.say("The camera stays dead: restarting this machine, as reboot_command says.")
        try:
            self._run(self._command, check=True, timeout=_REBOOT_TIMEOUT_SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            logger.error("reboot_command failed: %s", error)
