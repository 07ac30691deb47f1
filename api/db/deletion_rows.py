"""SQL of deletions: what can still be brought back, and the tombstones of what cannot."""

from uuid import UUID

from sqlalchemy import Connection, select

from api.models import deletions


def is_deleted(connection: Connection, identity: UUID) -> bool:
    return connection.execute(select(deletions.c.id).where(deletions.c.id == identity)).first() is not None
