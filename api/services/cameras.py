"""Cameras: made by an admin, known by their token. What they say of themselves is taken in by `heartbeats`."""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from api.broadcast import Change
from api.clock import SECOND, Clock, to_rfc3339
from api.db import Database
from api.db.audit_rows import append_audit
from api.db.camera_rows import (
    MOST_CAMERAS,
    CameraOverview,
    count_cameras,
    find_camera_by_token,
    insert_camera,
    overviews,
    update_camera,
)
from api.db.pairing_rows import find_token, promote_next_token
from api.errors import Conflict, Invalid, NotFound
from api.ids import uuid7
from api.models import AuditAction, AuditRecord, CameraRecord, Role, TokenState
from api.schemas.camera import Camera, CameraPatch
from api.schemas.settings_report import settings_state
from api.services.audit import entry_by
from api.services.changes import camera_change
from api.services.principal import CameraPrincipal, PersonPrincipal, require_role

ONLINE_FOR = 75 * SECOND
"""A camera not heard of for longer than this is offline: two heartbeats missed and the third overdue."""


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


def new_token() -> str:
    """256 random bits."""
    return f"picam_{secrets.token_urlsafe(32)}"


def create_camera(connection: Connection, name: str, now: int, *, token: str | None = None) -> NewCamera:
    """Add a camera. Raises `Conflict` when the server has as many as it lists."""
    if count_cameras(connection) >= MOST_CAMERAS:
        raise Conflict("too_many_cameras", f"One server takes {MOST_CAMERAS} cameras.")
    token = token or new_token()
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
            found = await self._first_use(token_hash)
        if found is None:
            self._known.pop(token_hash, None)
            return None
        principal = CameraPrincipal(found.id, found.name)
        # Only tokens that are good are remembered, so there are never more than cameras.
        self._known[token_hash] = (now, principal)
        return principal

    async def _first_use(self, token_hash: bytes) -> CameraRecord | None:
        """A token that was made to take over does so now; the one before it is good for nothing any more."""
        known = await self._database.read(lambda connection: find_token(connection, token_hash))
        if known is None or known.state != TokenState.NEXT:
            return None
        now = self._clock.now()

        def commit(connection: Connection) -> CameraRecord | None:
            promote_next_token(connection, token_hash, now)
            return find_camera_by_token(connection, token_hash)

        camera = await self._database.write(commit)
        self.forget_tokens()
        return camera

    def forget_tokens(self) -> None:
        """Look every token up again: one of them has been withdrawn or replaced."""
        self._known.clear()

    async def list(self, person: PersonPrincipal) -> list[Camera]:
        """Those that the person may see."""
        now = self._clock.now()
        found = await self._database.read(overviews)
        return [camera_view(overview, now) for overview in found if person.sees(overview.camera.id)]

    async def get(self, camera_id: UUID, person: PersonPrincipal) -> Camera:
        """Raises `NotFound`."""
        found = await self._database.read(lambda connection: require_overview(connection, camera_id, person))
        return camera_view(found, self._clock.now())

    async def change(self, camera_id: UUID, patch: CameraPatch, person: PersonPrincipal) -> Camera:
        """Rename a camera, or change how long its pictures are kept. Raises `NotFound`, `Forbidden`, `Invalid`."""
        require_role(person, Role.ADMIN)
        given = patch.model_dump(exclude_unset=True)
        if not given or given.get("name", "") is None:
            raise Invalid("invalid_request", "Say what to change: `name`, `retention_days` or `retention_bytes`.")
        if not person.sees(camera_id):
            raise _not_found()
        entry = entry_by(person, self._clock.now(), AuditAction.CAMERA_CHANGED, f"camera:{camera_id}", **given)
        return await self._update(camera_id, entry, **given)

    async def _update(self, camera_id: UUID, entry: AuditRecord, **values: object) -> Camera:
        def commit(connection: Connection) -> CameraOverview:
            update_camera(connection, camera_id, **values)
            changed = require_overview(connection, camera_id)
            append_audit(connection, entry)
            return changed

        # What is remembered of its token may be what changes.
        self.forget_tokens()

        def announce(overview: CameraOverview) -> list[Change]:
            return [camera_change(camera_view(overview, self._clock.now()), "updated")]

        return camera_view(await self._database.write(commit, announce), self._clock.now())


def camera_view(overview: CameraOverview, now: int) -> Camera:
    """A camera as people see it, at this moment."""
    camera, state = overview.camera, overview.state
    seen, report = camera.last_seen_at, state.settings_report
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
        "armed": state.armed,
        "armed_now": state.armed if report is None else bool(report["armed_now"]),
        "settings_version": state.settings_version,
        "settings_state": settings_state(state.settings_version, report),
        "revoked_at": None if overview.revoked_at is None else to_rfc3339(overview.revoked_at),
    }


def require_overview(connection: Connection, camera_id: UUID, person: PersonPrincipal | None = None) -> CameraOverview:
    """The camera; one that the person may not see is not there. Raises `NotFound`."""
    found = overviews(connection, camera_id)
    if not found or (person is not None and not person.sees(camera_id)):
        raise _not_found()
    return found[0]


def _not_found() -> NotFound:
    return NotFound("not_found", "There is no camera with this id.")
