"""SQL of people, sessions and the site. Functions of a connection, to be run by `Database.read` or `Database.write`."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from api.models import Role, SessionRecord, SiteRecord, UserRecord, sessions, site, users
from api.models.base import values_of

MOST_USERS = 1000
_AT_ONCE = 500
_SESSION_COLUMNS = [column.name for column in sessions.columns]


def get_site(connection: Connection) -> SiteRecord | None:
    row = connection.execute(select(site)).one_or_none()
    return None if row is None else SiteRecord(*row)


def require_site(connection: Connection) -> SiteRecord:
    """The site's row, which every database has from its first start on."""
    return SiteRecord(*connection.execute(select(site)).one())


def insert_site(connection: Connection, record: SiteRecord) -> None:
    connection.execute(insert(site), values_of(site, record))


def update_site(connection: Connection, **values: object) -> None:
    connection.execute(update(site).values(**values))


def any_user(connection: Connection) -> bool:
    return connection.execute(select(users.c.id).limit(1)).first() is not None


def find_user(connection: Connection, name_key: str) -> UserRecord | None:
    row = connection.execute(select(users).where(users.c.name_key == name_key)).one_or_none()
    return None if row is None else UserRecord(*row)


def get_user(connection: Connection, user_id: UUID) -> UserRecord | None:
    row = connection.execute(select(users).where(users.c.id == user_id)).one_or_none()
    return None if row is None else UserRecord(*row)


def list_users(connection: Connection) -> list[tuple[UserRecord, int | None]]:
    """Everybody by name, also those who are removed and not purged, each with when they were last here."""
    seen = select(func.max(sessions.c.last_seen_at)).where(sessions.c.user_id == users.c.id).scalar_subquery()
    query = select(users, seen).order_by(users.c.name_key).limit(MOST_USERS)
    return [(UserRecord(*row[:-1]), row[-1]) for row in connection.execute(query)]


def count_users(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(users)).scalar_one()


def count_admins(connection: Connection) -> int:
    """Locks them: of two admins who demote each other at once, on two replicas, one is refused."""
    query = select(users.c.id).where(users.c.role == Role.ADMIN.value, users.c.removed_at.is_(None))
    return len(connection.execute(query.order_by(users.c.id).with_for_update()).all())


def update_user(connection: Connection, user_id: UUID, **values: object) -> None:
    connection.execute(update(users).where(users.c.id == user_id).values(**values))


def delete_user(connection: Connection, user_id: UUID) -> None:
    connection.execute(delete(users).where(users.c.id == user_id))


def purge_users(connection: Connection, removed_before: int) -> None:
    connection.execute(delete(users).where(users.c.removed_at < removed_before))


def insert_user(connection: Connection, record: UserRecord) -> None:
    connection.execute(insert(users), values_of(users, record))


def insert_session(connection: Connection, record: SessionRecord) -> None:
    connection.execute(insert(sessions), values_of(sessions, record))


def find_sessions(connection: Connection, token_hashes: Collection[bytes]) -> list[tuple[SessionRecord, UserRecord]]:
    """Those of these sessions that there are, ended or not, each with its person."""
    query = select(sessions, users).join(users, users.c.id == sessions.c.user_id)
    wanted, width = list(token_hashes), len(_SESSION_COLUMNS)
    return [
        (SessionRecord(*row[:width]), UserRecord(*row[width:]))
        for start in range(0, len(wanted), _AT_ONCE)
        for row in connection.execute(query.where(sessions.c.token_hash.in_(wanted[start : start + _AT_ONCE])))
    ]


def touch_sessions(connection: Connection, token_hashes: Collection[bytes], at: int) -> None:
    wanted = list(token_hashes)
    for start in range(0, len(wanted), _AT_ONCE):
        some = sessions.c.token_hash.in_(wanted[start : start + _AT_ONCE])
        connection.execute(update(sessions).where(some).values(last_seen_at=at))


def delete_session(connection: Connection, token_hash: bytes) -> None:
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def sessions_of(connection: Connection, user_id: UUID) -> list[SessionRecord]:
    """Newest use first."""
    query = select(sessions).where(sessions.c.user_id == user_id).order_by(sessions.c.last_seen_at.desc())
    return [SessionRecord(*row) for row in connection.execute(query)]


def delete_sessions_of(connection: Connection, user_id: UUID, *, but: bytes = b"") -> int:
    """End a person's sessions, but for one; the number of them."""
    mine = (sessions.c.user_id == user_id) & (sessions.c.token_hash != but)
    return connection.execute(delete(sessions).where(mine)).rowcount


def delete_expired_sessions(connection: Connection, now: int) -> None:
    connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
