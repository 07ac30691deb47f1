"""Tokens for scripts: named, scoped, expiring, revocable. Shown once; only the hash is kept."""

import secrets
from uuid import UUID

from sqlalchemy import Connection

from api.clock import Clock, to_rfc3339
from api.db import Database
from api.db.access_rows import count_tokens, delete_token, get_token, insert_token, list_tokens
from api.db.audit_rows import append_audit
from api.errors import Conflict, NotFound
from api.ids import uuid7
from api.models import AuditAction, Role, Scope, TokenRecord
from api.schemas.access import CreatedToken, NewToken, Token
from api.services.accounts import DAY, SCRIPT_PREFIX, Accounts
from api.services.audit import Audit
from api.services.cameras import hash_token
from api.services.principal import PersonPrincipal, require_scope

MOST_TOKENS = 50


class Scripts:
    """Use cases of scripts' tokens."""

    def __init__(self, database: Database, accounts: Accounts, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._accounts = accounts
        self._audit = audit
        self._clock = clock

    async def create(self, new: NewToken, person: PersonPrincipal) -> CreatedToken:
        """Raises `Forbidden` for a scope beyond one's own role, `Conflict` when one has too many."""
        require_scope(person, new.scope)
        now, token = self._clock.now(), SCRIPT_PREFIX + secrets.token_urlsafe(32)
        chosen = None if new.camera_ids is None else [str(camera) for camera in new.camera_ids]
        record = TokenRecord(
            uuid7(now),
            person.user_id,
            new.name,
            hash_token(token),
            new.scope.value,
            chosen,
            now,
            now + new.expires_in_days * DAY,
            None,
        )
        target = f"token:{record.id}"
        entry = self._audit.entry(person, AuditAction.TOKEN_CREATED, target, token_name=new.name, scope=record.scope)

        def commit(connection: Connection) -> None:
            if count_tokens(connection, person.user_id) >= MOST_TOKENS:
                raise Conflict("too_many_tokens", f"You have {MOST_TOKENS} tokens: revoke one first.")
            insert_token(connection, record)
            append_audit(connection, entry)

        await self._database.write(commit)
        return {**_view(record, person.name), "token": token}

    async def list(self, person: PersonPrincipal) -> list[Token]:
        """One's own; for an admin everybody's."""
        whose = None if person.role is Role.ADMIN else person.user_id
        found = await self._database.read(lambda connection: list_tokens(connection, whose))
        return [_view(record, user.name) for record, user in found]

    async def revoke(self, token_id: UUID, person: PersonPrincipal) -> None:
        """It ends at once here, on other replicas within seconds. Raises `NotFound`, also for somebody else's."""
        entry = self._audit.entry(person, AuditAction.TOKEN_REVOKED, f"token:{token_id}")

        def commit(connection: Connection) -> None:
            record = get_token(connection, token_id)
            if record is None or (person.role is not Role.ADMIN and record.user_id != person.user_id):
                raise NotFound("not_found", "There is no token with this id: it may have been revoked already.")
            delete_token(connection, token_id)
            append_audit(connection, entry)

        await self._database.write(commit)
        self._accounts.forget_known()


def _view(record: TokenRecord, user_name: str) -> Token:
    return {
        "id": record.id,
        "name": record.name,
        "scope": Scope(record.scope),
        "camera_ids": None if record.camera_ids is None else [UUID(camera) for camera in record.camera_ids],
        "user_id": record.user_id,
        "user_name": user_name,
        "created_at": to_rfc3339(record.created_at),
        "expires_at": to_rfc3339(record.expires_at),
        "last_used_at": None if record.last_used_at is None else to_rfc3339(record.last_used_at),
    }
