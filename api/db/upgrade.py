"""Brings the schema up to this version with Alembic, under a lock, so that many processes may start at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

_MIGRATIONS = Path(__file__).with_name("migrations")
# Any number that no other program uses on this database: "picam" in ASCII.
_LOCK_KEY = 0x706963616D


def upgrade_schema(engine: Engine, revision: str = "head") -> None:
    """Run every migration up to `revision` in one transaction.

    On SQLite that transaction begins IMMEDIATE, which is the lock; on PostgreSQL an advisory lock is taken first.
    """
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
