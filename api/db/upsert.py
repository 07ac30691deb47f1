"""INSERT .. ON CONFLICT for the two databases: the same words, from two places in SQLAlchemy."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_for(dialect: str, table: Table) -> Any:
    """An INSERT that can say what happens on a conflict, for the named database."""
    if dialect == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
