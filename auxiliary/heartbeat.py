"""The camera's sign of life every half minute: how it is, and what the server's clock says in return."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from auxiliary import __version__, wire
from auxiliary.boots import Boots
from auxiliary.clock import Clock, parse_rfc3339, rfc3339
from auxiliary.delivery import Verdict
from auxiliary.health import about_machine, disk_free_bytes, machine_health
from auxiliary.link import Link
from auxiliary.remote import RemoteSettings
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
        boots: Boots | None = None,
        remote: RemoteSettings | None = None,
        blocking: Callable[..., Awaitable[Any]] = asyncio.to_thread,
    ) -> None:
        self._link = link
        self._spool = spool
        self._spool_directory = spool_directory
        self._clock = clock
        self._watching = watching
        self._rng = rng
        self._boots = boots
        self._remote = remote
        self._blocking = blocking
        self._began_ns = clock.monotonic_ns()
        self._about = about_machine()

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            camera_id = await self._link.ready()
            await self._beat(camera_id)
            await asyncio.sleep(EVERY_SECONDS + self._rng.uniform(-_SPREAD_SECONDS, _SPREAD_SECONDS))

    async def _beat(self, camera_id: str) -> None:
        started = self._clock.started(self._clock.boot_id)
        boot = None if started is None else (self._clock.boot_id, started.wall_ns, started.uncertainty_seconds)
        settings = None if self._remote is None else self._remote.report()
        asked_ns = self._clock.monotonic_ns()
        request = wire.heartbeat(camera_id, __version__, self._health(), boot=boot, settings=settings)
        losses = self._spool.losses
        outcome = await self._link.exchange(request, None)
        if outcome.verdict is not Verdict.DELIVERED:
            return
        if losses.told < losses.pictures:
            await self._blocking(self._spool.told, losses)
        await self._note_time(outcome.body.get("server_time"), asked_ns)
        await self._note_settings(camera_id, outcome.body.get("settings_version"))

    async def _note_time(self, server_time: object, asked_ns: int) -> None:
        try:
            self._clock.compare(parse_rfc3339(str(server_time)), asked_ns, self._clock.monotonic_ns())
        except ValueError:
            return  # a clock that cannot be read tells nothing
        started = self._clock.started(self._clock.boot_id)
        if self._boots is not None and started is not None and self._boots.worth_noting(self._clock.boot_id, started):
            await self._blocking(self._boots.note, self._clock.boot_id, started)

    async def _note_settings(self, camera_id: str, version: object) -> None:
        """An older server knows none; a message about newer ones may have been lost, or gone to another server process."""
        if self._remote is None or not isinstance(version, int) or self._remote.knows(version):
            return
        outcome = await self._link.exchange(wire.own_settings(camera_id), None)
        if outcome.verdict is Verdict.DELIVERED:
            self._remote.offer(outcome.body)

    def _health(self) -> dict[str, Any]:
        state, losses = self._spool.state(), self._spool.losses
        started = self._clock.started(self._clock.boot_id)
        fields = {
            **machine_health(),
            "disk_free_bytes": disk_free_bytes(self._spool_directory),
            "spool_files": state.pictures,
            "spool_bytes": state.size_bytes,
            "set_aside_files": state.set_aside,
            "dropped_files": state.dropped_pictures,
            "dropped_from_at": rfc3339(losses.from_ns) if losses.from_ns else None,
            "dropped_until_at": rfc3339(losses.until_ns) if losses.until_ns else None,
            "spool_written_today_bytes": state.written_today_bytes,
            "spool_in_memory_files": state.in_memory,
            "clock_synchronized": self._clock.synchronized(),
            "time_uncertainty_seconds": None if started is None else round(started.uncertainty_seconds, 3),
            "agent_uptime_seconds": round((self._clock.monotonic_ns() - self._began_ns) / 1e9, 1),
            **self._about,
            **self._watching(),
        }
        return {name: value for name, value in fields.items() if value is not None}
