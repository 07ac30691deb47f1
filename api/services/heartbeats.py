"""A heartbeat: one transaction that notes how the camera is, keeps its history, raises and ends faults, corrects times."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from api.broadcast import Change
from api.clock import SECOND, Clock
from api.db import Database
from api.db.activity_rows import bucket_start
from api.db.camera_rows import CameraOverview, update_camera
from api.db.camera_state_rows import get_state, put_state
from api.db.health_rows import add_sample, get_sample
from api.errors import Forbidden
from api.models import StateRecord
from api.models.camera_state import HEALTH_SAMPLE_SECONDS
from api.schemas.camera import Heartbeat
from api.services.cameras import ONLINE_FOR, camera_view, require_overview
from api.services.changes import camera_change
from api.services.faults import judge_faults
from api.services.principal import CameraPrincipal
from api.services.retiming import learn_boot
from api.services.silence import is_open, recover, speak_again

_LOWEST = ("wifi_signal_dbm", "disk_free_bytes")
_HIGHEST = ("temperature_celsius", "spool_files")
_EVER = ("under_voltage", "throttled")


@dataclass(frozen=True, slots=True)
class Heard:
    """The answer to a heartbeat: our time, and the newest version of the camera's settings."""

    now: int
    settings_version: int


class Heartbeats:
    """Takes heartbeats. Those of one camera are judged one after the other, on whatever replica they arrive."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def take(self, camera_id: UUID, beat: Heartbeat, principal: CameraPrincipal) -> Heard:
        """Raises `Forbidden` for another camera's."""
        if principal.camera_id != camera_id:
            raise Forbidden("foreign_camera", "A camera sends its own heartbeat only.")
        now = self._clock.now()
        health = beat.health.model_dump(exclude_none=True)

        def commit(connection: Connection) -> tuple[CameraOverview, list[Change]]:
            state = get_state(connection, camera_id, for_update=True)
            before = require_overview(connection, camera_id).camera
            update_camera(connection, camera_id, last_seen_at=now, agent_version=beat.agent_version, health=health)
            _remember_sample(connection, camera_id, before.last_seen_at, now, health)
            changes = [] if beat.boot is None else learn_boot(connection, camera_id, beat.boot, now)
            silence, told = _silence(connection, state, health, now)
            faults, more = judge_faults(connection, camera_id, state.faults or {}, health, before.health or {}, now)
            report = state.settings_report if beat.settings is None else beat.settings.stored()
            if (silence, faults, report) != (state.silence, state.faults or {}, state.settings_report):
                put_state(connection, camera_id, silence=silence, faults=faults, settings_report=report)
            return require_overview(connection, camera_id), [*changes, *told, *more]

        def announce(result: tuple[CameraOverview, list[Change]]) -> list[Change]:
            return [camera_change(camera_view(result[0], now), "updated"), *result[1]]

        overview, _ = await self._database.write(commit, announce)
        return Heard(now, overview.state.settings_version)


def _silence(
    connection: Connection, state: StateRecord, health: Mapping[str, Any], now: int
) -> tuple[dict[str, Any] | None, list[Change]]:
    silence = state.silence
    if silence is None:
        return None, []
    told = (
        speak_again(connection, silence, now, health)
        if is_open(silence)
        else recover(connection, state.camera_id, silence, health, now)
    )
    return told.silence, told.changes


def _remember_sample(
    connection: Connection, camera_id: UUID, last_seen_at: int | None, now: int, health: Mapping[str, Any]
) -> None:
    """Count the time since the last sign of life, unless the camera was offline in it, to the five minutes it lies in."""
    this = bucket_start(now, HEALTH_SAMPLE_SECONDS)
    known = get_sample(connection, camera_id, this)
    since = now if last_seen_at is None or now - last_seen_at > ONLINE_FOR else min(last_seen_at, now)
    if since < this:
        before = bucket_start(since, HEALTH_SAMPLE_SECONDS)
        add_sample(connection, camera_id, before, (this - since) / SECOND, None)
    worst = _worst(health if known is None or known.health is None else known.health, health)
    add_sample(connection, camera_id, this, (now - max(since, this)) / SECOND, worst)


def _worst(before: Mapping[str, Any], health: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for names, choose in ((_LOWEST, min), (_HIGHEST, max)):
        for name in names:
            figures = [each[name] for each in (before, health) if each.get(name) is not None]
            if figures:
                found[name] = choose(figures)
    for name in _EVER:
        if before.get(name) or health.get(name):
            found[name] = True
    return found
