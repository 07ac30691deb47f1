"""The camera's sign of life every half minute: how it is, and what the server's clock says in return."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from auxiliary import __version__, wire
from auxiliary.clock import Clock, parse_rfc3339
from auxiliary.delivery import Verdict
from auxiliary.health import disk_free_bytes, machine_health
from auxiliary.link import Link
from auxiliary.spool import Spool

EVERY_SECONDS = 25.0
_SPREAD_SECONDS = 2.5  # cameras that started together do not stay in step


class Heartbeat:
    """Runs in the event loop. `watching` gives what the capture side adds: source, capture state, age of the last frame."""

    def __init__(
        self,
        link: Link,
        spool: Spool,
        spool_directory: Path,
        clock: Clock,
        *,
        watching: Callable[[], dict[str, Any]],
        rng: random.Random,
    ) -> None:
        self._link = link
        self._spool = spool
        self._spool_directory = spool_directory
        self._clock = clock
        self._watching = watching
        self._rng = rng

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            camera_id = await self._link.ready()
            await self._beat(camera_id)
            await asyncio.sleep(EVERY_SECONDS + self._rng.uniform(-_SPREAD_SECONDS, _SPREAD_SECONDS))

    async def _beat(self, camera_id: str) -> None:
        asked_ns = self._clock.monotonic_ns()
        outcome = await self._link.exchange(wire.heartbeat(camera_id, __version__, self._health()), None)
        server_time = outcome.body.get("server_time")
        if outcome.verdict is Verdict.DELIVERED and isinstance(server_time, str):
            try:
                self._clock.compare(parse_rfc3339(server_time), asked_ns, self._clock.monotonic_ns())
            except ValueError:
                return  # a clock that cannot be read tells nothing

    def _health(self) -> dict[str, Any]:
        state = self._spool.state()
        fields = {
            **machine_health(),
            "disk_free_bytes": disk_free_bytes(self._spool_directory),
            "spool_files": state.pictures,
            "spool_bytes": state.size_bytes,
            "set_aside_files": state.set_aside,
            "dropped_files": state.dropped_pictures,
            "clock_synchronized": self._clock.synchronized(),
            **self._watching(),
        }
        return {name: value for name, value in fields.items() if value is not None}
