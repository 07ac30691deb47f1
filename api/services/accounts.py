"""People: the first owner, sign-in, sessions. A session is a random token of which only the hash is kept; a script's token too."""

import hmac
import secrets
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection

from api.clock import SECOND, Clock
from api.db import Database
from api.db.access_rows import find_tokens, touch_tokens
from api.db.audit_rows import append_audit
from api.db.person_rows import (
    MOST_USERS,
    any_user,
    count_users,
    delete_expired_sessions,
    delete_session,
    delete_user,
    find_sessions,
    find_user,
    get_site,
    insert_session,
    insert_user,
    touch_sessions,
    update_site,
)
from api.errors import Conflict, Forbidden, Unauthenticated
from api.ids import uuid7
from api.models import AuditAction, Role, Scope, SessionRecord, SiteRecord, TokenRecord, UserRecord
from api.schemas.session import Session, Setup, SignIn
from api.services.audit import Audit
from api.services.cameras import hash_token
from api.services.passwords import Passwords
from api.services.principal import RANK, ROLE_OF_SCOPE, PersonPrincipal
from api.services.sign_in_guard import SignInGuard

SCRIPT_PREFIX = "picam_script_"
"""How a script's token begins: no camera's does."""
DAY = 86_400 * SECOND
SESSION_LASTS = 30 * DAY
SESSION_IDLE = 14 * DAY
SESSION_REMEMBERED_SECONDS = 2.0
"""A page asks for a hundred thumbnails: its session is not looked up for each."""
_MOST_REMEMBERED = 10_000
_TOUCH_EVERY = 600 * SECOND
_TOUCH_TOKEN_EVERY = 60 * SECOND
_MOST_FAILURES_A_MINUTE = 120
"""Entries of the audit log: who guesses all day long must not fill the disk with them."""
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its token goes into the cookie and nowhere else."""

    token: str
    session: Session


def name_key(name: str) -> str:
    """The form in which names are compared: "Ann", "ann" and a decomposed "Ann" are one person."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()[:256]


def new_setup_code() -> str:
    """49 random bits without look-alike letters, like `7GK2M-Q9RTA`: read from a terminal, typed once."""
    letters = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def create_user(
    connection: Connection,
    name: str,
    password_hash: str,
    role: Role,
    now: int,
    cameras: Collection[UUID] | None = None,
) -> UserRecord:
    """Add a person. Raises `Conflict` when the name is taken, or nobody more fits."""
    same = find_user(connection, name_key(name))
    if same is not None and same.removed_at is None:
        raise Conflict("name_taken", "Somebody has this name already: choose another.")
    if same is not None:
        delete_user(connection, same.id)
    if count_users(connection) >= MOST_USERS:
        raise Conflict("too_many_users", f"One server takes {MOST_USERS} people.")
    ids = None if cameras is None or role is Role.ADMIN else sorted(map(str, cameras))
    user = UserRecord(uuid7(now), name, name_key(name), password_hash, role.value, now, ids)
    insert_user(connection, user)
    return user


class Accounts:
    """Use cases of people."""

    def __init__(self, database: Database, passwords: Passwords, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._passwords = passwords
        self._audit = audit
        self._clock = clock
        self.guard = SignInGuard(clock)
        self._known: dict[bytes, tuple[float, PersonPrincipal]] = {}
        self._failures = 0
        self._failures_since = clock.monotonic_seconds()

    async def owner_needed(self) -> bool:
        return not await self._database.read(any_user)

    async def offer_setup(self) -> str | None:
        """A fresh one-time code, when there is no owner yet. Earlier codes stop working."""
        code = new_setup_code()

        def commit(connection: Connection) -> bool:
            if any_user(connection):
                return False
            update_site(connection, setup_code_hash=_hash_code(code))
            return True

        return code if await self._database.write(commit) else None

    async def set_up(self, setup: Setup, *, from_this_machine: bool, user_agent: str | None) -> SignedIn:
        """Make the owner and sign in. Raises `Conflict` once there is one, `Forbidden` for a wrong code."""
        # Refused before the expensive hash; decided again in the transaction.
        await self._database.read(lambda connection: _check_setup(connection, setup.code, from_this_machine))
        password_hash = await self._passwords.hash(setup.password)
        now = self._clock.now()
        entry = self._audit.entry(None, AuditAction.OWNER_SET)
        token = secrets.token_urlsafe(32)

        def commit(connection: Connection) -> tuple[UserRecord, SiteRecord]:
            site = _check_setup(connection, setup.code, from_this_machine)
            user = create_user(connection, setup.name, password_hash, Role.ADMIN, now)
            site = replace(site, time_zone=setup.time_zone or site.time_zone, setup_code_hash=None)
            update_site(connection, time_zone=site.time_zone, setup_code_hash=None)
            insert_session(connection, new_session(token, user.id, now, user_agent))
            append_audit(connection, replace(entry, actor=f"person:{user.id}", actor_name=user.name))
            return user, site

        user, site = await self._database.write(commit)
        return SignedIn(token, session_view(user.id, user.name, Role(user.role), site))

    async def sign_in(self, sign_in: SignIn, address: str | None, user_agent: str | None) -> SignedIn:
        """Raises `Unauthenticated` for a wrong name or password, without telling which, and `TooMany`."""
        key = name_key(sign_in.name)
        begins_wait = self.guard.admit(key, address)
        user = await self._database.read(lambda connection: find_user(connection, key))
        if user is not None and user.removed_at is not None:
            user = None
        right = await self._passwords.verify(sign_in.password, None if user is None else user.password_hash)
        if user is None or not right:
            await self._note_failure(user, locked=begins_wait)
            raise Unauthenticated("wrong_password", "Name or password is wrong: try again.")
        self.guard.forget(key, address)
        return await self.begin_session(user, user_agent, how="password")

    async def begin_session(self, user: UserRecord, user_agent: str | None, *, how: str) -> SignedIn:
        """A new session for somebody who has proved who they are."""
        now = self._clock.now()
        entry = self._audit.entry((f"person:{user.id}", user.name), AuditAction.SIGNED_IN, how=how)
        token = secrets.token_urlsafe(32)

        def commit(connection: Connection) -> SiteRecord:
            delete_expired_sessions(connection, now)
            insert_session(connection, new_session(token, user.id, now, user_agent))
            append_audit(connection, entry)
            return _site(connection)

        site = await self._database.write(commit)
        return SignedIn(token, session_view(user.id, user.name, Role(user.role), site))

    async def _note_failure(self, user: UserRecord | None, *, locked: bool) -> None:
        now = self._clock.monotonic_seconds()
        if now - self._failures_since > 60:
            self._failures_since, self._failures = now, 0
        self._failures += 1
        if self._failures > _MOST_FAILURES_A_MINUTE:
            return
        action = AuditAction.SIGN_IN_LOCKED if locked else AuditAction.SIGN_IN_FAILED
        # Not the name as it was typed where nobody has it: it may be a password in the wrong field.
        target = None if user is None else f"person:{user.id}"
        await self._audit.record(self._audit.entry(None, action, target, name=None if user is None else user.name))

    async def authenticate(self, token: str, *, script: bool = False) -> PersonPrincipal | None:
        """The person whose browser, or whose script, holds this token. A session that ended elsewhere is good for
        `SESSION_REMEMBERED_SECONDS` at most; one that was signed out here has ended at once."""
        person = await self._authenticate(hash_token(token))
        return person if person is not None and (person.token_id is not None) is script else None

    async def _authenticate(self, token_hash: bytes) -> PersonPrincipal | None:
        now = self._clock.monotonic_seconds()
        known = self._known.get(token_hash)
        if known is not None and now - known[0] < SESSION_REMEMBERED_SECONDS:
            return known[1]
        person = (await self.holding({token_hash})).get(token_hash)
        self._known.pop(token_hash, None)
        if person is not None:
            while len(self._known) >= _MOST_REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[token_hash] = (now, person)
        return person

    async def holding(self, session_hashes: Collection[bytes]) -> dict[bytes, PersonPrincipal]:
        """Of these sessions, and tokens of scripts, those that have not ended, each with its person: few queries for any
        number of them."""
        now = self._clock.now()
        found = await self._database.read(lambda connection: find_sessions(connection, session_hashes))
        scripts = await self._scripts(set(session_hashes) - {session.token_hash for session, _ in found}, now)
        alive = [
            (session, user)
            for session, user in found
            if now < session.expires_at and now - session.last_seen_at < SESSION_IDLE
        ]
        due = [session.token_hash for session, _ in alive if now - session.last_seen_at >= _TOUCH_EVERY]
        if due:
            await self._database.write(lambda connection: touch_sessions(connection, due, now))
        return scripts | {
            session.token_hash: person_of(user, session.token_hash)
            for session, user in alive
            if user.removed_at is None
        }

    async def _scripts(self, token_hashes: set[bytes], now: int) -> dict[bytes, PersonPrincipal]:
        if not token_hashes:
            return {}
        found = await self._database.read(lambda connection: find_tokens(connection, token_hashes))
        alive = [(token, user) for token, user in found if now < token.expires_at and user.removed_at is None]
        due = [token.token_hash for token, _ in alive if now - (token.last_used_at or 0) >= _TOUCH_TOKEN_EVERY]
        if due:
            await self._database.write(lambda connection: touch_tokens(connection, due, now))
        return {token.token_hash: script_of(token, user) for token, user in alive}

    def forget_known(self) -> None:
        """Rights have changed: look everybody up again."""
        self._known.clear()

    async def session(self, person: PersonPrincipal) -> Session:
        site = await self._database.read(_site)
        return session_view(person.user_id, person.name, person.role, site)

    async def sign_out(self, person: PersonPrincipal) -> None:
        """End this browser's session; its open connections are closed within seconds."""
        entry = self._audit.entry(person, AuditAction.SIGNED_OUT)

        def commit(connection: Connection) -> None:
            delete_session(connection, person.session_hash)
            append_audit(connection, entry)

        await self._database.write(commit)
        self._known.pop(person.session_hash, None)


def person_of(user: UserRecord, session_hash: bytes) -> PersonPrincipal:
    """The principal that a session of this person stands for."""
    return PersonPrincipal(user.id, user.name, Role(user.role), session_hash, cameras_of(user.camera_ids))


def script_of(token: TokenRecord, user: UserRecord) -> PersonPrincipal:
    """The principal of a script: its person, cut down to the token's scope and cameras."""
    role = min(ROLE_OF_SCOPE[Scope(token.scope)], Role(user.role), key=RANK.index)
    own, chosen = cameras_of(user.camera_ids), cameras_of(token.camera_ids)
    cameras = own if chosen is None else chosen if own is None else own & chosen
    return PersonPrincipal(user.id, token.name, role, token.token_hash, cameras, token.id)


def cameras_of(camera_ids: Iterable[str] | None) -> frozenset[UUID] | None:
    """The cameras of a row that limits its person to some; None is all."""
    return None if camera_ids is None else frozenset(map(UUID, camera_ids))


def _check_setup(connection: Connection, code: str | None, from_this_machine: bool) -> SiteRecord:
    if any_user(connection):
        raise Conflict("already_set_up", "This server has an owner: sign in instead.")
    site = _site(connection)
    if from_this_machine:
        return site
    if site.setup_code_hash is None or not hmac.compare_digest(site.setup_code_hash, _hash_code(code or "")):
        raise Forbidden(
            "wrong_code",
            "Type the one-time code that the server printed when it started, or open this page on its own machine.",
        )
    return site


def _hash_code(code: str) -> bytes:
    return hash_token(code.upper().replace("-", "").replace(" ", ""))


def _site(connection: Connection) -> SiteRecord:
    site = get_site(connection)
    if site is None:
        raise RuntimeError("the site's row is made when the server starts")
    return site


def new_session(token: str, user_id: UUID, now: int, user_agent: str | None) -> SessionRecord:
    return SessionRecord(hash_token(token), user_id, now, now, now + SESSION_LASTS, (user_agent or "")[:256] or None)


def session_view(user_id: UUID, name: str, role: Role, site: SiteRecord) -> Session:
    return {
        "user": {"id": user_id, "name": name, "role": role},
        "site": {"name": site.name, "time_zone": site.time_zone},
    }
