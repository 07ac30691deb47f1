"""Brings the schema up to this version with Alembic, under a lock, so that two processes may start at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

_MIGRATIONS = Path(__file__).with_name("migrations")


def upgrade_schema(engine: Engine, revision: str = "head") -> None:
    """Run every migration up to `revision`. On SQLite the one transaction begins IMMEDIATE: it is the lock."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
