"""People as admins see them: what each may do and see, removing somebody and taking it back."""

from uuid import UUID

from sqlalchemy import Connection

from api.clock import SECOND, Clock, to_rfc3339
from api.db import Database
from api.db.audit_rows import append_audit
from api.db.person_rows import (
    count_admins,
    delete_sessions_of,
    get_user,
    list_users,
    purge_users,
    update_user,
)
from api.errors import Conflict, Invalid, NotFound
from api.models import AuditAction, Role, UserRecord
from api.schemas.people import User, UserPatch, UserRemoval
from api.services.accounts import Accounts
from api.services.audit import Audit
from api.services.principal import PersonPrincipal, require_role

UNDO_FOR = 3600 * SECOND
"""How long a removed person can be brought back."""


class People:
    """Use cases of people, all for admins."""

    def __init__(self, database: Database, accounts: Accounts, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._accounts = accounts
        self._audit = audit
        self._clock = clock

    async def list(self, admin: PersonPrincipal) -> list[User]:
        """Everybody who is not removed. Raises `Forbidden`."""
        require_role(admin, Role.ADMIN)
        found = await self._database.read(list_users)
        return [user_view(user, seen) for user, seen in found if user.removed_at is None]

    async def change(self, user_id: UUID, patch: UserPatch, admin: PersonPrincipal) -> User:
        """Change a role or the cameras, or bring a removed person back; it holds at once, in open pages within seconds.

        Raises `Forbidden`, `NotFound`, `Conflict` (`last_admin`), `Invalid`.
        """
        require_role(admin, Role.ADMIN)
        given = patch.model_dump(exclude_unset=True)
        if not given or given.get("role", "") is None or given.get("removed", "") is None:
            raise Invalid("invalid_request", "Say what to change: `role`, `camera_ids`, or `removed: false`.")
        back = "removed" in given
        now = self._clock.now()
        values: dict[str, object] = {"removed_at": None} if back else {}
        if "role" in given:
            values["role"] = given["role"].value
        if "camera_ids" in given:
            values["camera_ids"] = None if patch.camera_ids is None else [str(camera) for camera in patch.camera_ids]
        shown = {name: value for name, value in values.items() if name != "removed_at"}
        action = AuditAction.USER_RESTORED if back else AuditAction.USER_CHANGED
        entry = self._audit.entry(admin, action, f"person:{user_id}", **shown)

        def commit(connection: Connection) -> UserRecord:
            user = _require(connection, user_id, removed=back, now=now)
            demoted = user.role == Role.ADMIN.value and values.get("role", user.role) != Role.ADMIN.value
            if demoted and not back:
                _keep_an_admin(connection)
            if values.get("role", user.role) == Role.ADMIN.value:
                values["camera_ids"] = None
            update_user(connection, user_id, **values)
            append_audit(connection, entry)
            return _require(connection, user_id, removed=False, now=now)

        user = await self._database.write(commit)
        self._accounts.forget_known()
        return user_view(user, None)

    async def remove(self, user_id: UUID, admin: PersonPrincipal) -> UserRemoval:
        """Sign a person out everywhere and let them in no more. Raises `Forbidden`, `NotFound`, `Conflict`."""
        require_role(admin, Role.ADMIN)
        now = self._clock.now()
        entry = self._audit.entry(admin, AuditAction.USER_REMOVED, f"person:{user_id}")

        def commit(connection: Connection) -> None:
            purge_users(connection, now - UNDO_FOR)
            user = _require(connection, user_id, removed=False, now=now)
            if user.role == Role.ADMIN.value:
                _keep_an_admin(connection)
            update_user(connection, user_id, removed_at=now)
            delete_sessions_of(connection, user_id)
            append_audit(connection, entry)

        await self._database.write(commit)
        self._accounts.forget_known()
        return {"id": user_id, "undo_until": to_rfc3339(now + UNDO_FOR)}


def user_view(user: UserRecord, last_seen_at: int | None) -> User:
    return {
        "id": user.id,
        "name": user.name,
        "role": Role(user.role),
        "camera_ids": None if user.camera_ids is None else [UUID(camera) for camera in user.camera_ids],
        "created_at": to_rfc3339(user.created_at),
        "last_seen_at": None if last_seen_at is None else to_rfc3339(last_seen_at),
    }


def _require(connection: Connection, user_id: UUID, *, removed: bool, now: int) -> UserRecord:
    user = get_user(connection, user_id)
    if user is None or (user.removed_at is not None) is not removed:
        raise NotFound("not_found", "There is nobody with this id: they may have been removed.")
    if user.removed_at is not None and now - user.removed_at > UNDO_FOR:
        raise NotFound("not_found", "This cannot be undone any more: an hour has passed. Invite the person again.")
    return user


def _keep_an_admin(connection: Connection) -> None:
    if count_admins(connection) <= 1:
        raise Conflict("last_admin", "This is the only admin: make somebody else an admin first.")
