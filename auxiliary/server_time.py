"""What the server's clock tells of this boot: bounds for the wall time at which it began. Pure: no clock, no network.

Each answer of the server says what its clock showed between two instants of ours. That holds whatever our own wall clock says,
so a Pi without a clock knows the time, and to within how much, as soon as it has spoken with its server once.
"""

from dataclasses import dataclass

_DRIFT = 1e-4  # of a monotonic clock that nobody disciplines: far above what a crystal does
_LEAST_NS = 1_000_000
_USELESS_NS = 60_000_000_000
_EARLIEST_NS = 1_577_836_800_000_000_000  # 2020: no server of ours is older, so one that says less knows nothing


@dataclass(frozen=True, slots=True)
class Started:
    """The wall time (ns since 1970) at which a boot's monotonic clock stood at zero, and by how much that may be off."""

    wall_ns: int
    uncertainty_ns: int

    @property
    def uncertainty_seconds(self) -> float:
        return self.uncertainty_ns / 1e9


class ServerTime:
    """Keeps the narrowest bounds. One that lies outside of them replaces them: the server's clock was set."""

    def __init__(self) -> None:
        self._bounds: tuple[int, int] | None = None
        self._learned_ns = 0

    def learn(self, server_wall_ns: int, asked_ns: int, answered_ns: int, *, within_ns: int = 0) -> None:
        """The server said `server_wall_ns`, give or take `within_ns`, at an instant between those two."""
        early, late = server_wall_ns - within_ns - answered_ns, server_wall_ns + within_ns - asked_ns
        if server_wall_ns < _EARLIEST_NS or late - early > 2 * _USELESS_NS:
            return
        known = self._widened(answered_ns)
        if known is not None and early <= known[1] and known[0] <= late:
            early, late = max(early, known[0]), min(late, known[1])
        self._bounds, self._learned_ns = (early, late), answered_ns

    def started(self, now_ns: int) -> Started | None:
        """As well as it is known at this monotonic instant; None before the first answer."""
        bounds = self._widened(now_ns)
        if bounds is None:
            return None
        early, late = bounds
        return Started((early + late) // 2, max(_LEAST_NS, (late - early + 1) // 2))

    def _widened(self, now_ns: int) -> tuple[int, int] | None:
        if self._bounds is None:
            return None
        drift_ns = round(max(0, now_ns - self._learned_ns) * _DRIFT)
        return self._bounds[0] - drift_ns, self._bounds[1] + drift_ns
