"""Spares callers the wait for a store that is known to be away: fails at once, and tries again once a second."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from api.storage.port import StoreUnavailable

_FAILURES = 3
_TRY_AGAIN_SECONDS = 1.0


class Breaker:
    """Guards the calls to one remote store. Used by many threads.

    After three failures in a row calls raise `StoreUnavailable` at once, except for one at a time, at most once a
    second, which finds out whether the store is back. So an outage costs each caller microseconds, not a time-out,
    and never holds more than one thread.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._trial_running = False
        self._next_trial = 0.0
        self._reason = ""

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around each call. A `StoreUnavailable` that leaves the block is a failure; whatever else is an answer."""
        trial = self._enter()
        try:
            yield
        except StoreUnavailable as error:
            self._leave(trial, str(error))
            raise
        except BaseException:
            self._leave(trial, None)
            raise
        self._leave(trial, None)

    def _enter(self) -> bool:
        # Read without the lock: the hot path of a healthy store.
        if self._failures < _FAILURES:
            return False
        with self._lock:
            if self._trial_running or self._monotonic() < self._next_trial:
                raise StoreUnavailable(self._reason)
            self._trial_running = True
            return True

    def _leave(self, trial: bool, failure: str | None) -> None:
        if failure is None and self._failures == 0:
            return
        with self._lock:
            if trial:
                self._trial_running = False
            if failure is None:
                self._failures = 0
                return
            self._failures += 1
            self._reason = failure
            self._next_trial = self._monotonic() + _TRY_AGAIN_SECONDS
