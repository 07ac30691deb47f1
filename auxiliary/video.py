"""Encoded video inside the agent: from the camera to whoever wants it (live view, clips), and their wishes back to it.

It is encoded while somebody wants it, at the lowest rate that anybody asks for, and goes on when the camera is opened again.
Neighbours: `agent` attaches each source that it opens; `live` and `clips` want and take.
"""

import threading
from collections.abc import Callable

from auxiliary.source.types import CameraSource, Encodes, TakeUnit, Unit


class Video:
    """Thread safe. Takers are called from the thread that reads the camera, so they must be quick."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._source: Encodes | None = None
        self._wishes: dict[str, int] = {}
        self._takers: dict[str, TakeUnit] = {}

    def attach(self, source: CameraSource) -> None:
        """The units come from this source from now on."""
        with self._lock:
            self._source = source if isinstance(source, Encodes) else None
            self._tell()

    def want(self, name: str, kilobits_per_second: int | None, take: TakeUnit) -> None:
        """`name` takes what comes, at that rate; None: nothing any more."""
        with self._lock:
            if kilobits_per_second is None:
                self._wishes.pop(name, None)
                self._takers.pop(name, None)
            else:
                self._wishes[name] = kilobits_per_second
                self._takers[name] = take
            self._tell()

    def request_key(self) -> None:
        source = self._source
        if source is not None:
            source.request_key()

    def take(self, unit: Unit) -> None:
        """What sources call with each unit."""
        takers: list[Callable[[Unit], None]] = list(self._takers.values())
        for taker in takers:
            taker(unit)

    def _tell(self) -> None:
        if self._source is not None:
            self._source.encode(min(self._wishes.values(), default=None))
