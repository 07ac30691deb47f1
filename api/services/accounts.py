"""People: the first owner, sign-in, sessions. A session is a random token of which only the hash is kept."""

import hmac
import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection

from api.clock import SECOND, Clock
from api.db import Database
from api.db.person_rows import (
    any_user,
    delete_expired_sessions,
    delete_session,
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
from api.models import Role, SessionRecord, SiteRecord, UserRecord
from api.schemas.session import Session, Setup, SignIn
from api.services.cameras import hash_token
from api.services.passwords import Passwords
from api.services.principal import PersonPrincipal

DAY = 86_400 * SECOND
SESSION_LASTS = 30 * DAY
SESSION_IDLE = 14 * DAY
SESSION_REMEMBERED_SECONDS = 5.0
"""A page asks for a hundred thumbnails: its session is not looked up for each."""
_MOST_REMEMBERED = 10_000
_TOUCH_EVERY = 600 * SECOND
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


def create_user(connection: Connection, name: str, password_hash: str, role: Role, now: int) -> UserRecord:
    """Add a person. Raises `Conflict` when the name is taken."""
    if find_user(connection, name_key(name)) is not None:
        raise Conflict("name_taken", "Somebody has this name already: choose another.")
    user = UserRecord(uuid7(now), name, name_key(name), password_hash, role.value, now)
    insert_user(connection, user)
    return user


class Accounts:
    """Use cases of people."""

    def __init__(self, database: Database, passwords: Passwords, clock: Clock) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock
        self._known: dict[bytes, tuple[float, PersonPrincipal]] = {}

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
        token = secrets.token_urlsafe(32)

        def commit(connection: Connection) -> tuple[UserRecord, SiteRecord]:
            site = _check_setup(connection, setup.code, from_this_machine)
            user = create_user(connection, setup.name, password_hash, Role.ADMIN, now)
            site = replace(site, time_zone=setup.time_zone or site.time_zone, setup_code_hash=None)
            update_site(connection, time_zone=site.time_zone, setup_code_hash=None)
            insert_session(connection, _new_session(token, user.id, now, user_agent))
            return user, site

        user, site = await self._database.write(commit)
        return SignedIn(token, _session_view(user.id, user.name, Role(user.role), site))

    async def sign_in(self, sign_in: SignIn, user_agent: str | None) -> SignedIn:
        """Raises `Unauthenticated` for a wrong name or password, without telling which."""
        user = await self._database.read(lambda connection: find_user(connection, name_key(sign_in.name)))
        right = await self._passwords.verify(sign_in.password, None if user is None else user.password_hash)
        if user is None or not right:
            raise Unauthenticated("wrong_password", "Name or password is wrong: try again.")
        now = self._clock.now()
        token = secrets.token_urlsafe(32)

        def commit(connection: Connection) -> SiteRecord:
            delete_expired_sessions(connection, now)
            insert_session(connection, _new_session(token, user.id, now, user_agent))
            return _site(connection)

        site = await self._database.write(commit)
        return SignedIn(token, _session_view(user.id, user.name, Role(user.role), site))

    async def authenticate(self, token: str) -> PersonPrincipal | None:
        """The person whose browser holds this token. A session that ended elsewhere is good for
        `SESSION_REMEMBERED_SECONDS` at most; one that was signed out here has ended at once."""
        token_hash = hash_token(token)
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
        """Of these sessions those that have not ended, each with its person: few queries for any number of them."""
        now = self._clock.now()
        found = await self._database.read(lambda connection: find_sessions(connection, session_hashes))
        alive = [
            (session, user)
            for session, user in found
            if now < session.expires_at and now - session.last_seen_at < SESSION_IDLE
        ]
        due = [session.token_hash for session, _ in alive if now - session.last_seen_at >= _TOUCH_EVERY]
        if due:
            await self._database.write(lambda connection: touch_sessions(connection, due, now))
        return {
            session.token_hash: PersonPrincipal(user.id, user.name, Role(user.role), session.token_hash)
            for session, user in alive
        }

    async def session(self, person: PersonPrincipal) -> Session:
        site = await self._database.read(_site)
        return _session_view(person.user_id, person.name, person.role, site)

    async def sign_out(self, person: PersonPrincipal) -> None:
        """End this browser's session; its open connections are closed within seconds."""
        await self._database.write(lambda connection: delete_session(connection, person.session_hash))
        self._known.pop(person.session_hash, None)


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


def _new_session(token: str, user_id: UUID, now: int, user_agent: str | None) -> SessionRecord:
    return SessionRecord(hash_token(token), user_id, now, now, now + SESSION_LASTS, (user_agent or "")[:256] or None)


def _session_view(user_id: UUID, name: str, role: Role, site: SiteRecord) -> Session:
    return {
        "user": {"id": user_id, "name": name, "role": role},
        "site": {"name": site.name, "time_zone": site.time_zone},
    }
