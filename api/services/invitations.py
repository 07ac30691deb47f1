"""Invitations by link: made by admins, used once, expiring, revocable. Of the link's secret only the hash is kept."""

import secrets
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection

from api.clock import SECOND, Clock, to_rfc3339
from api.db import Database
from api.db.access_rows import (
    MOST_LISTED,
    delete_expired_invitations,
    delete_invitation,
    find_invitation,
    insert_invitation,
    list_invitations,
)
from api.db.audit_rows import append_audit
from api.db.person_rows import get_site
from api.errors import Conflict, NotFound
from api.ids import uuid7
from api.models import AuditAction, InvitationRecord, Role, UserRecord
from api.schemas.people import CreatedInvitation, Invitation, InvitationAnswer, InvitationOffer, NewInvitation
from api.services.accounts import Accounts, SignedIn, create_user
from api.services.audit import Audit
from api.services.cameras import hash_token
from api.services.passwords import Passwords
from api.services.principal import PersonPrincipal, require_role

_HOUR = 3600 * SECOND


class Invitations:
    """Use cases of invitations."""

    def __init__(
        self, database: Database, accounts: Accounts, passwords: Passwords, audit: Audit, clock: Clock
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._passwords = passwords
        self._audit = audit
        self._clock = clock

    async def create(self, new: NewInvitation, admin: PersonPrincipal) -> CreatedInvitation:
        """Raises `Forbidden`, `Conflict` when far too many are open."""
        require_role(admin, Role.ADMIN)
        now, token = self._clock.now(), secrets.token_urlsafe(32)
        limited = new.camera_ids is not None and new.role is not Role.ADMIN
        record = InvitationRecord(
            uuid7(now),
            hash_token(token),
            new.role.value,
            [str(camera) for camera in new.camera_ids or ()] if limited else None,
            new.note or "",
            admin.user_id,
            now,
            now + new.expires_in_hours * _HOUR,
        )
        target = f"invitation:{record.id}"
        entry = self._audit.entry(admin, AuditAction.INVITATION_CREATED, target, role=record.role, note=new.note)

        def commit(connection: Connection) -> None:
            delete_expired_invitations(connection, now)
            if len(list_invitations(connection, now)) >= MOST_LISTED:
                raise Conflict("too_many_invitations", "Too many invitations are open: take some back first.")
            insert_invitation(connection, record)
            append_audit(connection, entry)

        await self._database.write(commit)
        return {**_view(record), "token": token, "path": f"/join/{token}"}

    async def list(self, admin: PersonPrincipal) -> list[Invitation]:
        """Those that can still be used. Raises `Forbidden`."""
        require_role(admin, Role.ADMIN)
        now = self._clock.now()
        return [
            _view(record) for record in await self._database.read(lambda connection: list_invitations(connection, now))
        ]

    async def revoke(self, invitation_id: UUID, admin: PersonPrincipal) -> None:
        """Raises `Forbidden`, `NotFound`."""
        require_role(admin, Role.ADMIN)
        entry = self._audit.entry(admin, AuditAction.INVITATION_REVOKED, f"invitation:{invitation_id}")

        def commit(connection: Connection) -> None:
            if not delete_invitation(connection, invitation_id):
                raise _gone()
            append_audit(connection, entry)

        await self._database.write(commit)

    async def look(self, token: str) -> InvitationOffer:
        """What an invitation offers. Raises `NotFound` for one that is unknown, used, revoked or expired: all the same."""
        now = self._clock.now()

        def ask(connection: Connection) -> InvitationOffer:
            record, host = _require(connection, token, now)
            site = get_site(connection)
            return {
                "site": "" if site is None else site.name,
                "invited_by": host.name,
                "role": Role(record.role),
                "expires_at": to_rfc3339(record.expires_at),
            }

        return await self._database.read(ask)

    async def accept(self, token: str, answer: InvitationAnswer, user_agent: str | None) -> SignedIn:
        """Make the account and sign in; of two at once one succeeds. Raises `NotFound`, `Conflict` (`name_taken`)."""
        now = self._clock.now()
        # Refused before the expensive hash; decided again in the transaction.
        await self._database.read(lambda connection: _require(connection, token, now))
        password_hash = await self._passwords.hash(answer.password)
        entry = self._audit.entry(None, AuditAction.INVITATION_USED)

        def commit(connection: Connection) -> UserRecord:
            record, _ = _require(connection, token, now)
            cameras = None if record.camera_ids is None else [UUID(camera) for camera in record.camera_ids]
            user = create_user(connection, answer.name, password_hash, Role(record.role), now, cameras)
            if not delete_invitation(connection, record.id):
                raise _gone()
            append_audit(
                connection,
                replace(
                    entry,
                    actor=f"person:{user.id}",
                    actor_name=user.name,
                    target=f"invitation:{record.id}",
                    details={"role": user.role},
                ),
            )
            return user

        return await self._accounts.begin_session(await self._database.write(commit), user_agent, how="invitation")


def _require(connection: Connection, token: str, now: int) -> tuple[InvitationRecord, UserRecord]:
    """The invitation and who made it; only as good as its maker still is."""
    found = find_invitation(connection, hash_token(token))
    if found is None or found[0].expires_at <= now:
        raise _gone()
    host = found[1]
    if host.removed_at is not None or host.role != Role.ADMIN.value:
        raise _gone()
    return found


def _gone() -> NotFound:
    return NotFound("not_found", "This invitation does not hold any more: ask for a new one.")


def _view(record: InvitationRecord) -> Invitation:
    return {
        "id": record.id,
        "role": Role(record.role),
        "camera_ids": None if record.camera_ids is None else [UUID(camera) for camera in record.camera_ids],
        "note": record.note,
        "created_at": to_rfc3339(record.created_at),
        "expires_at": to_rfc3339(record.expires_at),
    }
