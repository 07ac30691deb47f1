"""What people do with their own account: a new password, and the browsers in which they are signed in."""

from uuid import UUID

from sqlalchemy import Connection

from api.clock import Clock, to_rfc3339
from api.db import Database
from api.db.audit_rows import append_audit
from api.db.person_rows import delete_session, delete_sessions_of, get_user, sessions_of, update_user
from api.errors import Forbidden, NotFound, Unauthenticated
from api.models import AuditAction, SessionRecord
from api.schemas.people import PasswordChange, SessionView
from api.services.accounts import SESSION_IDLE, Accounts
from api.services.audit import Audit
from api.services.passwords import Passwords
from api.services.principal import PersonPrincipal


def session_id(session: SessionRecord) -> UUID:
    """Names a session in public: half of its token's hash, from which nobody gets the token."""
    return UUID(bytes=session.token_hash[:16])


class OwnAccount:
    """Use cases of one's own account."""

    def __init__(
        self, database: Database, accounts: Accounts, passwords: Passwords, audit: Audit, clock: Clock
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._passwords = passwords
        self._audit = audit
        self._clock = clock

    async def change_password(self, change: PasswordChange, person: PersonPrincipal, address: str | None) -> None:
        """Set a new password and end the person's other sessions. Raises `Forbidden` for a wrong one, `TooMany`."""
        user = await self._database.read(lambda connection: get_user(connection, person.user_id))
        if user is None:
            raise Unauthenticated("unauthenticated", "Sign in (POST /session) first.")
        self._accounts.guard.admit(user.name_key, address)
        if not await self._passwords.verify(change.current, user.password_hash):
            raise Forbidden("wrong_password", "Your current password is not right: type it again.")
        self._accounts.guard.forget(user.name_key, address)
        password_hash = await self._passwords.hash(change.new)
        entry = self._audit.entry(person, AuditAction.PASSWORD_CHANGED)

        def commit(connection: Connection) -> None:
            update_user(connection, person.user_id, password_hash=password_hash)
            delete_sessions_of(connection, person.user_id, but=person.session_hash)
            append_audit(connection, entry)

        await self._database.write(commit)
        self._accounts.forget_known()

    async def sessions(self, person: PersonPrincipal) -> list[SessionView]:
        """The person's own browsers that are signed in, the last used first."""
        now = self._clock.now()
        found = await self._database.read(lambda connection: sessions_of(connection, person.user_id))
        return [
            {
                "id": session_id(session),
                "this": session.token_hash == person.session_hash,
                "user_agent": session.user_agent,
                "created_at": to_rfc3339(session.created_at),
                "last_seen_at": to_rfc3339(session.last_seen_at),
            }
            for session in found
            if now < session.expires_at and now - session.last_seen_at < SESSION_IDLE
        ]

    async def end_session(self, identity: UUID, person: PersonPrincipal) -> None:
        """Sign one browser out. Raises `NotFound`."""
        entry = self._audit.entry(person, AuditAction.SESSION_ENDED, f"session:{identity}")

        def commit(connection: Connection) -> None:
            mine = [session for session in sessions_of(connection, person.user_id) if session_id(session) == identity]
            if not mine:
                raise NotFound("not_found", "This browser is not signed in any more.")
            delete_session(connection, mine[0].token_hash)
            append_audit(connection, entry)

        await self._database.write(commit)
        self._accounts.forget_known()

    async def end_sessions(self, person: PersonPrincipal, *, include_this: bool) -> None:
        """Sign out everywhere else, or everywhere."""
        entry = self._audit.entry(person, AuditAction.SESSION_ENDED, "sessions", include_this=include_this)

        def commit(connection: Connection) -> None:
            delete_sessions_of(connection, person.user_id, but=b"" if include_this else person.session_hash)
            append_audit(connection, entry)

        await self._database.write(commit)
        self._accounts.forget_known()
