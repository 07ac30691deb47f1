"""SQL of people, sessions and the site. Functions of a connection, to be run by `Database.read` or `Database.write`."""

from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from api.models import SessionRecord, SiteRecord, UserRecord, sessions, site, users
from api.models.base import values_of

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


def update_user(connection: Connection, user_id: UUID, **values: object) -> None:
    connection.execute(update(users).where(users.c.id == user_id).values(**values))


def insert_session(connection: Connection, record: SessionRecord) -> None:
    connection.execute(insert(sessions), values_of(sessions, record))


def find_session(connection: Connection, token_hash: bytes) -> tuple[SessionRecord, UserRecord] | None:
    query = select(sessions, users).join(users, users.c.id == sessions.c.user_id)
    row = connection.execute(query.where(sessions.c.token_hash == token_hash)).one_or_none()
    if row is None:
        return None
    width = len(_SESSION_COLUMNS)
    return SessionRecord(*row[:width]), UserRecord(*row[width:])


def touch_session(connection: Connection, token_hash: bytes, at: int) -> None:
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(last_seen_at=at))


def delete_session(connection: Connection, token_hash: bytes) -> None:
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def delete_expired_sessions(connection: Connection, now: int) -> None:
    connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
