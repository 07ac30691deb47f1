"""Cameras: made by an admin, known by their token, seen by their heartbeat."""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from api.broadcast import Change
from api.clock import SECOND, Clock, to_rfc3339
from api.db import Database
from api.db.camera_rows import (
    MOST_CAMERAS,
    CameraOverview,
    count_cameras,
    find_camera_by_token,
    insert_camera,
    overviews,
    update_camera,
)
from api.errors import Conflict, Forbidden, Invalid, NotFound
from api.ids import uuid7
from api.models import CameraRecord, Role
from api.schemas.camera import Camera, CameraPatch, Heartbeat
from api.services.changes import camera_change
from api.services.principal import CameraPrincipal, PersonPrincipal, require_role

ONLINE_FOR = 90 * SECOND
"""A camera not heard of for longer than this is offline: three heartbeats missed."""


TOKEN_REMEMBERED_SECONDS = 5.0
"""A camera sends many pictures a minute: its token is not looked up for each."""


@dataclass(frozen=True, slots=True)
class NewCamera:
    """A camera and its token, which is shown this once and kept as a hash only."""

    camera: CameraRecord
    token: str


def hash_token(token: str) -> bytes:
    """SHA-256: tokens are 256 random bits, so a slow hash would add nothing but time to each upload."""
    return hashlib.sha256(token.encode()).digest()


def create_camera(connection: Connection, name: str, now: int) -> NewCamera:
    """Add a camera. Raises `Conflict` when the server has as many as it lists."""
    if count_cameras(connection) >= MOST_CAMERAS:
        raise Conflict("too_many_cameras", f"One server takes {MOST_CAMERAS} cameras.")
    token = f"picam_{secrets.token_urlsafe(32)}"
    camera = CameraRecord(
        id=uuid7(now),
        name=name,
        token_hash=hash_token(token),
        created_at=now,
        last_seen_at=None,
        agent_version=None,
        health=None,
    )
    insert_camera(connection, camera)
    return NewCamera(camera, token)


class Cameras:
    """Use cases of cameras."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[bytes, tuple[float, CameraPrincipal]] = {}

    async def authenticate(self, token: str) -> CameraPrincipal | None:
        """The camera whose token this is; a revoked token is good for `TOKEN_REMEMBERED_SECONDS` at most."""
        token_hash = hash_token(token)
        now = self._clock.monotonic_seconds()
        known = self._known.get(token_hash)
        if known is not None and now - known[0] < TOKEN_REMEMBERED_SECONDS:
            return known[1]
        found = await self._database.read(lambda connection: find_camera_by_token(connection, token_hash))
        if found is None:
            self._known.pop(token_hash, None)
            return None
        principal = CameraPrincipal(found.id, found.name)
        # Only tokens that are good are remembered, so there are never more than cameras.
        self._known[token_hash] = (now, principal)
        return principal

    async def list(self) -> list[Camera]:
        now = self._clock.now()
        return [self._view(overview, now) for overview in await self._database.read(overviews)]

    async def get(self, camera_id: UUID) -> Camera:
        """Raises `NotFound`."""
        found = await self._database.read(lambda connection: _require(connection, camera_id))
        return self._view(found, self._clock.now())

    async def change(self, camera_id: UUID, patch: CameraPatch, person: PersonPrincipal) -> Camera:
        """Rename a camera, or change how long its pictures are kept. Raises `NotFound`, `Forbidden`, `Invalid`."""
        require_role(person, Role.ADMIN)
        given = patch.model_dump(exclude_unset=True)
        if not given or given.get("name", "") is None:
            raise Invalid("invalid_request", "Say what to change: `name`, `retention_days` or `retention_bytes`.")
        return await self._update(camera_id, **given)

    async def heartbeat(self, camera_id: UUID, beat: Heartbeat, principal: CameraPrincipal) -> int:
        """Note how a camera is; the answer is the server's time in microseconds."""
        if principal.camera_id != camera_id:
            raise Forbidden("foreign_camera", "A camera sends its own heartbeat only.")
        now = self._clock.now()
        health = beat.health.model_dump(exclude_none=True)
        await self._update(camera_id, last_seen_at=now, agent_version=beat.agent_version, health=health)
        return now

    async def _update(self, camera_id: UUID, **values: object) -> Camera:
        def commit(connection: Connection) -> CameraOverview:
            update_camera(connection, camera_id, **values)
            return _require(connection, camera_id)

        # What is remembered of its token may be what changes.
        self._known.clear()

        def announce(overview: CameraOverview) -> list[Change]:
            return [camera_change(self._view(overview, self._clock.now()), "updated")]

        return self._view(await self._database.write(commit, announce), self._clock.now())

    @staticmethod
    def _view(overview: CameraOverview, now: int) -> Camera:
        camera = overview.camera
        seen = camera.last_seen_at
        return {
            "id": camera.id,
            "name": camera.name,
            "created_at": to_rfc3339(camera.created_at),
            "online": seen is not None and now - seen <= ONLINE_FOR,
            "last_seen_at": None if seen is None else to_rfc3339(seen),
            "last_alert_at": None if overview.last_alert_at is None else to_rfc3339(overview.last_alert_at),
            "latest_image_id": overview.latest_image_id,
            "agent_version": camera.agent_version,
            "health": camera.health,
            "retention_days": camera.retention_days,
            "retention_bytes": camera.retention_bytes,
        }


def _require(connection: Connection, camera_id: UUID) -> CameraOverview:
    found = overviews(connection, camera_id)
    if not found:
        raise NotFound("not_found", "There is no camera with this id.")
    return found[0]
