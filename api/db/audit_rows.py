"""SQL of the audit log: rows are added and read. Functions of a connection, to be run by `Database.read` or `write`."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from api.db.keyset import Position, page_of
from api.models import AuditRecord, audit
from api.models.base import values_of


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries; every part that is None asks for nothing. `until` is exclusive, instants in microseconds."""

    actions: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None


def append_audit(connection: Connection, entry: AuditRecord) -> None:
    connection.execute(insert(audit), values_of(audit, entry))


def list_audit(connection: Connection, wanted: AuditFilter, after: Position | None, limit: int) -> list[AuditRecord]:
    """Newest first, one more than `limit` where there is more."""
    query = select(audit)
    if wanted.actions:
        query = query.where(audit.c.action.in_(wanted.actions))
    if wanted.since is not None:
        query = query.where(audit.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(audit.c.at < wanted.until)
    return [AuditRecord(*row) for row in connection.execute(page_of(query, audit.c.at, audit.c.id, after, limit))]
