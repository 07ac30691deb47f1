"""How long to wait before the next attempt: exponential, with full jitter so that many cameras do not come back at once."""

import random


class Backoff:
    """Waits grow from about `first_seconds` to at most `longest_seconds`; each is drawn evenly from the whole interval."""

    def __init__(
        self,
        rng: random.Random,
        *,
        first_seconds: float = 1.0,
        longest_seconds: float = 60.0,
        shortest_seconds: float = 0.2,
    ) -> None:
        self._rng = rng
        self._first_seconds = first_seconds
        self._longest_seconds = longest_seconds
        self._shortest_seconds = shortest_seconds
        self.failures = 0

    def next_seconds(self) -> float:
        """The wait after one more failure."""
        ceiling = min(self._longest_seconds, self._first_seconds * 2.0 ** min(self.failures, 30))
        self.failures += 1
        return max(self._shortest_seconds, self._rng.uniform(0, ceiling))

    def reset(self) -> None:
        """Something worked."""
        self.failures = 0
