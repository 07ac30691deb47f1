"""Looks for cameras that are not heard of any more, and keeps the health history within its bounds.

`look` runs every few seconds on one replica at a time. Neighbours: `silence` raises the alerts, `heartbeats` fills the history.
"""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection, select

from api.broadcast import Change
from api.clock import SECOND, Clock, to_rfc3339
from api.db import Database
from api.db.camera_state_rows import get_state, put_state
from api.db.health_rows import drop_samples, list_samples
from api.models import SampleRecord, camera_states, cameras
from api.models.camera_state import HEALTH_SAMPLE_SECONDS
from api.schemas.camera_settings import HealthHistory, HealthSample
from api.services.cameras import ONLINE_FOR, camera_view, require_overview
from api.services.changes import camera_change
from api.services.principal import PersonPrincipal
from api.services.silence import fall_silent, is_open, speak_again

KEPT = 7 * 86_400 * SECOND
_MOST_SAMPLES = KEPT // (HEALTH_SAMPLE_SECONDS * SECOND) + 1
_TIDY_EVERY = 3600 * SECOND
_LOOKED_AWAY = 30 * SECOND


class CameraHealth:
    """Use cases of how cameras were and whether they are there."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        # A server that was not there could hear nobody.
        self._listening_since = clock.now()
        self._looked_at = clock.now()
        self._tidied_at = 0

    async def look(self) -> None:
        """Raise an alert for each camera that has fallen silent, end those of cameras that came back by an upload alone."""
        now = self._clock.now()
        if not 0 <= now - self._looked_at <= _LOOKED_AWAY:
            # This process stood still, or another one held the lease; or the clock was set.
            self._listening_since = max(self._listening_since, now - ONLINE_FOR // 2)
        self._looked_at = now
        for camera_id in await self._database.read(lambda connection: self._concerned(connection, now)):
            await self._settle(camera_id, now)
        if now - self._tidied_at > _TIDY_EVERY:
            self._tidied_at = now
            await self._database.write(lambda connection: drop_samples(connection, now - KEPT))

    async def history(
        self, camera_id: UUID, since: int | None, until: int | None, person: PersonPrincipal
    ) -> HealthHistory:
        """Seven days at most. Raises `NotFound`."""
        now = self._clock.now()
        first, last = max(since or 0, now - KEPT), now if until is None else until

        def find(connection: Connection) -> list[SampleRecord]:
            require_overview(connection, camera_id, person)
            return list_samples(connection, camera_id, first, last, _MOST_SAMPLES)

        samples = await self._database.read(find)
        return {"bucket_seconds": 300, "items": [_sample_view(sample) for sample in samples]}

    def _silent(self, last_seen_at: int, now: int) -> bool:
        return now - max(last_seen_at, self._listening_since) > ONLINE_FOR

    def _concerned(self, connection: Connection, now: int) -> list[UUID]:
        """Cameras whose silence begins or ends; few columns for many cameras."""
        query = select(cameras.c.id, cameras.c.last_seen_at, camera_states.c.silence)
        query = query.outerjoin(camera_states, camera_states.c.camera_id == cameras.c.id)
        rows = connection.execute(query.where(cameras.c.last_seen_at.is_not(None)))
        return [row.id for row in rows if self._silent(row.last_seen_at, now) != is_open(row.silence)]

    async def _settle(self, camera_id: UUID, now: int) -> None:
        """Decide again in the transaction: a heartbeat may have come in between."""

        def commit(connection: Connection) -> list[Change]:
            state = get_state(connection, camera_id, for_update=True)
            overview = require_overview(connection, camera_id)
            seen = overview.camera.last_seen_at
            if seen is None or self._silent(seen, now) == is_open(state.silence):
                return []
            if state.silence is not None and is_open(state.silence):
                told = speak_again(connection, state.silence, seen, None)
            else:
                told = fall_silent(connection, camera_id, state.silence, seen, now)
            put_state(connection, camera_id, silence=told.silence)
            view = camera_view(replace(overview, state=replace(state, silence=told.silence)), now)
            return [camera_change(view, "updated"), *told.changes]

        await self._database.write(commit, lambda changes: changes)


def _sample_view(sample: SampleRecord) -> HealthSample:
    health = sample.health or {}
    return {
        "started_at": to_rfc3339(sample.started_at),
        "online_seconds": round(min(sample.online_seconds, float(HEALTH_SAMPLE_SECONDS)), 3),
        "temperature_celsius": health.get("temperature_celsius"),
        "wifi_signal_dbm": health.get("wifi_signal_dbm"),
        "disk_free_bytes": health.get("disk_free_bytes"),
        "spool_files": health.get("spool_files"),
        "under_voltage": bool(health.get("under_voltage")),
        "throttled": bool(health.get("throttled")),
    }
