"""Brings the schema up to this version with Alembic, under a lock, so that many processes may start at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from api.db.safety_copy import keep_copy

_MIGRATIONS = Path(__file__).with_name("migrations")
# Any number that no other program uses on this database: "picam" in ASCII.
_LOCK_KEY = 0x706963616D


def upgrade_schema(engine: Engine, revision: str = "head") -> None:
    """Run every migration up to `revision` in one transaction.

    Before a migration changes an SQLite file, a copy of it is kept (`safety_copy`; raises OSError where there is no
    room for one, and changes nothing). On SQLite that transaction begins IMMEDIATE, which is the lock; on PostgreSQL an advisory lock is taken first.
    """
    config = _config()
    _keep_copy(engine, ScriptDirectory.from_config(config), revision)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def revision_of(connection: Connection) -> str | None:
    """The revision of a database's schema; None when it has none yet."""
    return MigrationContext.configure(connection).get_current_revision()


def known_revisions() -> list[str]:
    """Every revision that this version can bring up to date, newest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def _keep_copy(engine: Engine, scripts: ScriptDirectory, revision: str) -> None:
    if engine.dialect.name != "sqlite" or engine.url.database in {None, "", ":memory:"}:
        return
    with engine.connect() as connection:
        present = revision_of(connection)
    wanted = scripts.get_revision(revision)
    if present is not None and wanted is not None and present != wanted.revision:
        keep_copy(Path(str(engine.url.database)), present)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config
