"""Metadata with a naming convention, and the two column types that differ between SQLite and PostgreSQL."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Id(TypeDecorator[UUID]):
    """A UUID: native on PostgreSQL; 16 bytes on SQLite, where SQLAlchemy's own type would take 32 characters.

    Both sort like the UUID's bytes, so keyset order is the same on both.
    """

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(LargeBinary(16))
        return dialect.type_descriptor(Uuid(as_uuid=True))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        if value is None or isinstance(value, UUID):
            return value
        return UUID(bytes=bytes(value))


class JsonText(TypeDecorator[Any]):
    """A small JSON value kept as text: never searched inside, the same on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, separators=(",", ":"), allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def values_of(table: Table, record: object) -> dict[str, Any]:
    """A record's fields by column name, for an INSERT. (`dataclasses.asdict` would copy every value, deeply.)"""
    return {column.name: getattr(record, column.name) for column in table.columns}
