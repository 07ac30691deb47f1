"""A camera that hangs: its process is stopped by a signal, as a driver would stop it; how long until that is said, and until it
sees again. With the patience and the pauses that the agent has when it is installed."""

import os
import signal
import time
from pathlib import Path

from auxiliary.clock import SystemClock
from auxiliary.feed import Failed, Feed
from auxiliary.ladder import Ladder
from auxiliary.source.isolated import IsolatedSource
from auxiliary.source.types import CameraSource, Frame
from auxiliary.tests.material import make_folder
from bench.server.report import Line


def measure(folder: Path, quick: bool) -> list[Line]:
    path = make_folder(folder / "yard", frames=4)
    opened: list[IsolatedSource] = []

    def open_source() -> CameraSource:
        opened.append(IsolatedSource(str(path), isolated=False, speed=1, loop=True))
        return opened[-1]

    feed = Feed(open_source, Ladder(SystemClock()))
    feed.start()
    noticed, again = [], []
    for _ in range(1 if quick else 3):
        _next(feed, Frame)
        os.kill(opened[-1].process_id, signal.SIGSTOP)
        begun = time.monotonic()
        _next(feed, Failed)
        noticed.append(time.monotonic() - begun)
        _next(feed, Frame)
        again.append(time.monotonic() - begun)
    feed.request_stop()
    feed.join(10)
    return [
        Line("19", "camera hang noticed, process ended", f"worst {max(noticed):.1f} s", "< 10 s", max(noticed) < 10),
        Line("19", "capturing again", f"worst {max(again):.1f} s", "< 20 s", max(again) < 20),
    ]


def _next(feed: Feed, kind: type[Frame] | type[Failed]) -> None:
    while not isinstance(feed.next(1), kind):
        pass
