"""Rows as JSON and back: what a deletion keeps so that it can be undone, and what a backup writes."""

from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Table

from api.models.base import Id


def row_to_json(table: Table, record: object) -> dict[str, Any]:
    """A record's fields as JSON values: ids as text, bytes in hexadecimal."""
    # Plain text: SQLAlchemy's names are a subclass of it, which encoders of JSON refuse.
    return {str(column.name): _to_json(getattr(record, column.name)) for column in table.columns}


def row_from_json(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """The values for an INSERT into `table`. Fields that the table does not have any more are left out."""
    return {column.name: _from_json(column.type, row[column.name]) for column in table.columns if column.name in row}


def _to_json(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.hex() if isinstance(value, bytes) else value


def _from_json(kind: object, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Id):
        return UUID(value)
    return bytes.fromhex(value) if isinstance(kind, LargeBinary) else value
