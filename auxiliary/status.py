"""Plain sentences for the person who started the agent, one line each, on standard output. Details go to the log instead."""

import sys
import threading
import time
from collections.abc import Callable
from typing import TextIO


class Status:
    """Thread safe. A line that cannot be written (the terminal is gone) is not worth stopping a camera for."""

    def __init__(self, output: TextIO | None = None, *, now_seconds: Callable[[], float] = time.monotonic) -> None:
        self._output = output
        self._now_seconds = now_seconds
        self._lock = threading.Lock()
        self._said: dict[str, tuple[float, str]] = {}

    def say(self, sentence: str) -> None:
        """Say it now."""
        with self._lock:
            self._write(sentence)

    def say_at_most(self, topic: str, sentence: str, every_seconds: float) -> None:
        """Say it unless something about the same topic was said a moment ago."""
        with self._lock:
            now = self._now_seconds()
            said_at, _ = self._said.get(topic, (-every_seconds, ""))
            if now - said_at >= every_seconds:
                self._said[topic] = (now, sentence)
                self._write(sentence)

    def settle(self, topic: str, sentence: str) -> None:
        """The matter is over: say so, if it was ever mentioned."""
        with self._lock:
            if self._said.pop(topic, None) is not None:
                self._write(sentence)

    def _write(self, sentence: str) -> None:
        try:
            print(sentence, file=self._output or sys.stdout, flush=True)
        except (OSError, ValueError):
            self._output = None


def count(number: int, thing: str) -> str:
    """`1 picture`, `14 pictures`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def clock_time(wall_ns: int) -> str:
    """The local time of day."""
    return time.strftime("%H:%M:%S", time.localtime(wall_ns / 1e9))
