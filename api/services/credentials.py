"""A camera's token: which camera it is of, a new one, none any more."""

import secrets
from uuid import UUID

from sqlalchemy import Connection

from api.broadcast import Change
from api.clock import Clock, to_rfc3339
from api.db import Database
from api.db.audit_rows import append_audit
from api.db.camera_rows import CameraOverview
from api.db.pairing_rows import change_current_token, delete_next_token, find_token, set_next_token
from api.models import AuditAction, CameraTokenRecord, Role, TokenState
from api.schemas.pairing import CameraToken
from api.services.audit import Audit
from api.services.cameras import Cameras, camera_view, hash_token, new_token, require_overview
from api.services.changes import camera_change
from api.services.control import Control
from api.services.principal import PersonPrincipal, require_role

SIGN_IN_AGAIN = 4401


class Credentials:
    """Use cases of cameras' tokens."""

    def __init__(self, database: Database, cameras: Cameras, control: Control, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._cameras = cameras
        self._control = control
        self._audit = audit
        self._clock = clock

    async def rotate(self, camera_id: UUID, person: PersonPrincipal) -> CameraToken:
        """A new token. What the camera has works until the new one is used. Raises `Forbidden`, `NotFound`."""
        require_role(person, Role.ADMIN)
        token, now = new_token(), self._clock.now()
        entry = self._audit.entry(person, AuditAction.CAMERA_CHANGED, f"camera:{camera_id}", token="new")  # noqa: S106

        def commit(connection: Connection) -> None:
            require_overview(connection, camera_id, person)
            set_next_token(connection, camera_id, hash_token(token), now)
            append_audit(connection, entry)

        await self._database.write(commit)
        return {"camera_id": camera_id, "token": token}

    async def revoke(self, camera_id: UUID, person: PersonPrincipal) -> None:
        """The camera is let in no more, and told why when it comes; what it has sent stays. Raises `Forbidden`, `NotFound`."""
        require_role(person, Role.ADMIN)
        now = self._clock.now()
        entry = self._audit.entry(person, AuditAction.CAMERA_REVOKED, f"camera:{camera_id}")

        def commit(connection: Connection) -> CameraOverview:
            require_overview(connection, camera_id, person)
            delete_next_token(connection, camera_id)
            # Nobody knows this one.
            change_current_token(connection, camera_id, secrets.token_bytes(32), TokenState.REVOKED, now)
            append_audit(connection, entry)
            return require_overview(connection, camera_id)

        def announce(camera: CameraOverview) -> list[Change]:
            return [camera_change(camera_view(camera, now), "updated")]

        await self._database.write(commit, announce)
        self._cameras.forget_tokens()
        await self._control.hang_up(camera_id, SIGN_IN_AGAIN)

    async def why_refused(self, token: str) -> str | None:
        """What to tell a device whose token was good once; None for a token that never was."""
        found = await self._database.read(lambda connection: find_token(connection, hash_token(token)))
        return None if found is None or found.state == TokenState.NEXT else _why(found)


def _why(token: CameraTokenRecord) -> str:
    day = to_rfc3339(token.changed_at)[:10]
    if token.state == TokenState.REPLACED:
        return f"Another token has taken this one's place on {day}: pair this device anew to use it again."
    return f"An admin has withdrawn this camera's token on {day}: pair it anew to use it again. It keeps its pictures."
