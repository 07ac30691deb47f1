"""How often something may be tried, counted in memory: a limit that is lost at a restart delays an attacker all the same."""

from ipaddress import IPv6Address, ip_address
from math import ceil
from time import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.errors import TooMany


class Attempts:
    """Counts by caller, and all callers together. `by_caller` and `by_all` are like `10/minute`."""

    def __init__(self, what: str, by_caller: str, by_all: str) -> None:
        self._what = what
        self._by_caller, self._by_all = parse(by_caller), parse(by_all)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, caller: str) -> None:
        """Raises `TooMany`, saying when to come back, once the attempts that were counted are used up. Counts nothing."""
        for item, key in self._windows(caller):
            if not self._limiter.test(item, self._what, key):
                free_at = self._limiter.get_window_stats(item, self._what, key).reset_time
                seconds = max(1, ceil(free_at - time()))
                raise TooMany(
                    "too_many_attempts", f"Too many attempts: wait {seconds} seconds.", retry_after_seconds=seconds
                )

    def count(self, caller: str) -> None:
        for item, key in self._windows(caller):
            self._limiter.hit(item, self._what, key)

    def _windows(self, caller: str) -> list[tuple[RateLimitItem, str]]:
        return [(self._by_caller, _group(caller)), (self._by_all, "everybody")]


def _group(caller: str) -> str:
    """An IPv6 network hands 2^64 addresses to everybody: they count as one."""
    try:
        address = ip_address(caller)
    except ValueError:
        return caller
    return str(IPv6Address(int(address) >> 64 << 64)) if address.version == 6 else caller
