"""Metadata with a naming convention, and the two column types that differ between SQLite and PostgreSQL."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
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

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], UUID | None] | None:
        # Not `process_result_value`: its three calls a value were a quarter of the time of a page.
        return _uuid_of if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _uuid_of(value: bytes | None) -> UUID | None:
    return None if value is None else UUID(bytes=value)


class JsonText(TypeDecorator[Any]):
    """A small JSON value kept as text: never searched inside, the same on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, separators=(",", ":"), allow_nan=False)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return _parsed


def _parsed(value: str | None) -> Any:
    return None if value is None else orjson.loads(value)


def values_of(table: Table, record: object) -> dict[str, Any]:
    """A record's fields by column name, for an INSERT. (`dataclasses.asdict` would copy every value, deeply.)"""
    return {column.name: getattr(record, column.name) for column in table.columns}
