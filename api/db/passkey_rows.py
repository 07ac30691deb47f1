"""SQL of passkeys. Functions of a connection, to be run by `Database.read` or `Database.write`."""

from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from api.models import PasskeyRecord, UserRecord, passkeys, users
from api.models.base import values_of

_COLUMNS = len(passkeys.columns)


def insert_passkey(connection: Connection, record: PasskeyRecord) -> None:
    connection.execute(insert(passkeys), values_of(passkeys, record))


def find_passkey(connection: Connection, credential_id: bytes) -> tuple[PasskeyRecord, UserRecord] | None:
    """The passkey and its person."""
    query = select(passkeys, users).join(users, users.c.id == passkeys.c.user_id)
    row = connection.execute(query.where(passkeys.c.credential_id == credential_id)).one_or_none()
    return None if row is None else (PasskeyRecord(*row[:_COLUMNS]), UserRecord(*row[_COLUMNS:]))


def get_passkey(connection: Connection, passkey_id: UUID) -> PasskeyRecord | None:
    row = connection.execute(select(passkeys).where(passkeys.c.id == passkey_id)).one_or_none()
    return None if row is None else PasskeyRecord(*row)


def list_passkeys(connection: Connection, user_id: UUID) -> list[PasskeyRecord]:
    query = select(passkeys).where(passkeys.c.user_id == user_id).order_by(passkeys.c.created_at)
    return [PasskeyRecord(*row) for row in connection.execute(query)]


def count_passkeys(connection: Connection, user_id: UUID) -> int:
    return connection.execute(select(func.count()).where(passkeys.c.user_id == user_id)).scalar_one()


def use_passkey(connection: Connection, passkey_id: UUID, sign_count: int, at: int) -> None:
    change = update(passkeys).where(passkeys.c.id == passkey_id)
    connection.execute(change.values(sign_count=sign_count, last_used_at=at))


def delete_passkey(connection: Connection, passkey_id: UUID) -> None:
    connection.execute(delete(passkeys).where(passkeys.c.id == passkey_id))
