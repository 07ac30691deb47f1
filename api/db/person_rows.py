"""SQL of people, sessions and the site. Functions of a connection, to be run by `Database.read` or `Database.write`."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select, update

from api.models import SessionRecord, SiteRecord, UserRecord, sessions, site, users
from api.models.base import values_of

_AT_ONCE = 500
_SESSION_COLUMNS = [column.name for column in sessions.columns]


def get_site(connection: Connection) -> SiteRecord | None:
    row = connection.execute(select(site)).one_or_none()
    return None if row is None else SiteRecord(*row)


def insert_site(connection: Connection, record: SiteRecord) -> None:
    connection.execute(insert(site), values_of(site, record))


def update_site(connection: Connection, **values: object) -> None:
    connection.execute(update(site).values(**values))


def any_user(connection: Connection) -> bool:
    return connection.execute(select(users.c.id).limit(1)).first() is not None


def find_user(connection: Connection, name_key: str) -> UserRecord | None:
    row = connection.execute(select(users).where(users.c.name_key == name_key)).one_or_none()
    return None if row is None else UserRecord(*row)


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


def delete_expired_sessions(connection: Connection, now: int) -> None:
    connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
