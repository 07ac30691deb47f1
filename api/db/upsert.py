"""INSERT .. ON CONFLICT for the two databases: the same words, from two places in SQLAlchemy."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite


def insert_for(dialect: str, table: Table) -> Any:
    """An INSERT that can say what happens on a conflict, for the named database."""
    if dialect == "postgresql":
        # Imported only here: an embedded server does without it.
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    return sqlite.insert(table)
