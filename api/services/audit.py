"""The audit log: who did what, when, and from where. An entry is made on the loop and added in the transaction of the change.

    entry = entry_by(person, now, AuditAction.CAMERA_CHANGED, f"camera:{camera_id}", name=name)
    def commit(connection): ...; append_audit(connection, entry)

Details say what changed, never a secret and never a password that somebody typed into the wrong field.
"""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any

import orjson
from sqlalchemy import Connection

from api.clock import Clock, to_rfc3339
from api.db import Database
from api.db.audit_rows import AuditFilter, append_audit, list_audit
from api.db.keyset import CursorSeal, Position
from api.ids import uuid7
from api.log import request_note
from api.models import AuditAction, AuditRecord
from api.schemas.audit import AuditEntry
from api.services.page import Page, cut
from api.services.principal import CameraPrincipal, PersonPrincipal, Principal

NOBODY = ("nobody", "")
COMMAND = ("command", "command line")
_PAGE = 500
_COLUMNS = ("at", "actor", "actor_name", "action", "target", "details", "address", "id")


def audit_entry(
    now: int,
    who: tuple[str, str],
    action: AuditAction,
    target: str | None = None,
    address: str | None = None,
    **details: Any,
) -> AuditRecord:
    """An entry for `append_audit`; `who` is a kind with its id, and a name."""
    shown = {name: value for name, value in details.items() if value is not None}
    return AuditRecord(uuid7(now), now, who[0], who[1][:80], action.value, target, shown or None, address)


def entry_by(
    who: Principal | tuple[str, str] | None, now: int, action: AuditAction, target: str | None = None, **details: Any
) -> AuditRecord:
    """An entry by the caller of the request at hand, at an instant in microseconds. Call on the loop."""
    note = request_note.get()
    return audit_entry(now, _actor(who), action, target, None if note is None else note.address, **details)


class Audit:
    """Makes entries and reads them."""

    def __init__(self, database: Database, clock: Clock, seal: CursorSeal) -> None:
        self._database = database
        self._clock = clock
        self._seal = seal

    def entry(
        self, who: Principal | tuple[str, str] | None, action: AuditAction, target: str | None = None, **details: Any
    ) -> AuditRecord:
        """An entry by the caller of the request at hand; None is nobody who is known. Call on the loop."""
        return entry_by(who, self._clock.now(), action, target, **details)

    async def record(self, entry: AuditRecord) -> None:
        """Add an entry for what changes nothing else."""
        await self._database.write(lambda connection: append_audit(connection, entry))

    async def list(self, wanted: AuditFilter, cursor: str | None, limit: int) -> Page[AuditRecord]:
        """One page, newest first. Raises `Invalid` (`bad_cursor`)."""
        after = None if cursor is None else self._seal.read(cursor)
        found = await self._database.read(lambda connection: list_audit(connection, wanted, after, limit))
        return cut(found, limit, self._seal, _position)

    async def lines(self, wanted: AuditFilter, *, as_csv: bool) -> AsyncIterator[bytes]:
        """The whole log as a file, newest first, read a page at a time."""
        after: Position | None = None
        if as_csv:
            yield _csv([_COLUMNS])
        while True:
            place = after

            def page(connection: Connection, place: Position | None = place) -> list[AuditRecord]:
                return list_audit(connection, wanted, place, _PAGE)

            found = await self._database.read(page)
            some = found[:_PAGE]
            if as_csv:
                yield _csv([_cells(record) for record in some])
            else:
                yield b"".join(orjson.dumps(audit_view(record), option=orjson.OPT_APPEND_NEWLINE) for record in some)
            if len(found) <= _PAGE:
                return
            after = _position(some[-1])


def audit_view(record: AuditRecord) -> AuditEntry:
    return {
        "id": record.id,
        "at": to_rfc3339(record.at),
        "actor": record.actor,
        "actor_name": record.actor_name,
        "action": record.action,
        "target": record.target,
        "details": record.details or {},
        "address": record.address,
    }


def _actor(who: Principal | tuple[str, str] | None) -> tuple[str, str]:
    if isinstance(who, CameraPrincipal):
        return f"camera:{who.camera_id}", who.name
    if isinstance(who, PersonPrincipal):
        return (f"person:{who.user_id}" if who.token_id is None else f"token:{who.token_id}"), who.name
    return who or NOBODY


def _position(record: AuditRecord) -> Position:
    return Position(record.at, record.id)


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _cells(record: AuditRecord) -> tuple[str, ...]:
    view = audit_view(record)
    details = orjson.dumps(view["details"]).decode() if view["details"] else ""
    values = [details if name == "details" else str(view[name] or "") for name in _COLUMNS]  # type: ignore[literal-required]
    # A spreadsheet would run a name that begins like a formula.
    return tuple(f"'{value}" if value[:1] in "=+-@\t\r" and value else value for value in values)
