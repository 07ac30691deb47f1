"""Slows down who guesses passwords: a delay that grows with each wrong one, for one name from one network address.

It cannot be used to lock somebody out: other addresses and sessions that are there are not touched, the delay is never
longer than `LONGEST_SECONDS`, and the command line needs no sign-in. Kept in memory, of bounded size: each replica
counts its own.
"""

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from api.clock import Clock
from api.errors import TooMany

FREE_TRIES = 5
LONGEST_SECONDS = 300.0
_FORGET_SECONDS = 3600.0
_MOST_REMEMBERED = 10_000


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    last_at: float = 0.0
    free_at: float = 0.0


class SignInGuard:
    """Used on the event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tries: OrderedDict[tuple[str, str], _Tries] = OrderedDict()

    def admit(self, name_key: str, address: str | None) -> bool:
        """Count a try before it is judged, so that a hundred at once are a hundred. Raises `TooMany` while it must wait.

        True when this try, if it is wrong, begins or prolongs a wait.
        """
        now = self._clock.monotonic_seconds()
        key = (name_key, network_of(address))
        tries = self._tries.pop(key, None) or _Tries()
        if now - tries.last_at > _FORGET_SECONDS:
            tries = _Tries()
        self._tries[key] = tries
        while len(self._tries) > _MOST_REMEMBERED:
            self._tries.popitem(last=False)
        if now < tries.free_at:
            seconds = max(1, round(tries.free_at - now))
            raise TooMany(
                "too_many_tries",
                f"Too many wrong passwords for this name from your address: try again in {seconds} seconds.",
                retry_after_seconds=seconds,
            )
        tries.wrong += 1
        tries.last_at = now
        if tries.wrong < FREE_TRIES:
            return False
        tries.free_at = now + min(LONGEST_SECONDS, 2.0 ** min(tries.wrong - FREE_TRIES, 16))
        return True

    def forget(self, name_key: str, address: str | None) -> None:
        """The password was right."""
        self._tries.pop((name_key, network_of(address)), None)


def network_of(address: str | None) -> str:
    """What one guesser holds: an IPv4 address, or a whole /64 of IPv6."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False).network_address)
    return str(found)
