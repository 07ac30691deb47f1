"""An event loop whose time passes only when nobody has anything to do, and then at once: hours of waiting in milliseconds."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

from auxiliary.clock import FakeClock


class _JumpingSelector(selectors.SelectSelector):
    """Never waits: what the loop would have slept, the clock is moved on by."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "everybody waits and nothing will ever happen"
            self._clock.advance(timeout + 1e-9)
        return ready


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self, clock: FakeClock) -> None:
        super().__init__(_JumpingSelector(clock))
        self._fake_clock = clock

    def time(self) -> float:
        return self._fake_clock.monotonic_ns() / 1e9


def run_virtually(clock: FakeClock, main: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end on the clock's time. No threads: their results would come from outside this time."""
    with asyncio.Runner(loop_factory=lambda: _VirtualLoop(clock)) as runner:
        runner.run(main)
