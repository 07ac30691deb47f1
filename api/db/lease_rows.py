"""Leases: one process at a time does a piece of background work, and another takes over when it dies."""

from sqlalchemy import Connection, delete

from api.db.upsert import insert_for
from api.models import leases


def take_lease(connection: Connection, name: str, holder: str, now: int, lasts: int) -> bool:
    """Take or renew the lease until `now + lasts` (microseconds); False while somebody else holds it."""
    statement = insert_for(connection.dialect.name, leases).values(name=name, holder=holder, expires_at=now + lasts)
    statement = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": statement.excluded.holder, "expires_at": statement.excluded.expires_at},
        where=(leases.c.holder == holder) | (leases.c.expires_at <= now),
    ).returning(leases.c.name)
    return connection.execute(statement).first() is not None


def release_lease(connection: Connection, name: str, holder: str) -> None:
    """Give the lease back early, so that another process need not wait for its end."""
    connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))
