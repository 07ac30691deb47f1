"""Brings the schema up to this version with Alembic, under a lock, so that many processes may start at once.

Alembic is imported only where there is something to do: it is a fifth of the start, and nearly every start finds the
schema as it should be.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from api.db.safety_copy import keep_copy

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).with_name("migrations")
# Any number that no other program uses on this database: "picam" in ASCII.
_LOCK_KEY = 0x706963616D


def upgrade_schema(engine: Engine, revision: str = "head") -> None:
    """Run every migration up to `revision` in one transaction.

    Before a migration changes an SQLite file, a copy of it is kept (`safety_copy`; raises OSError where there is no
    room for one, and changes nothing). On SQLite that transaction begins IMMEDIATE, which is the lock; on PostgreSQL an
    advisory lock is taken first.
    """
    with engine.connect() as connection:
        present = revision_of(connection)
    if revision == "head" and present == newest_revision():
        return
    from alembic import command

    config = _config()
    _keep_copy(engine, present, revision)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def revision_of(connection: Connection) -> str | None:
    """The revision of a database's schema; None when it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def newest_revision() -> str:
    """The revision that this version of the server works with: migrations are numbered, and named by their number."""
    return max(path.name for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def known_revisions() -> list[str]:
    """Every revision that this version can bring up to date, newest first."""
    from alembic.script import ScriptDirectory

    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def _keep_copy(engine: Engine, present: str | None, revision: str) -> None:
    if engine.dialect.name != "sqlite" or engine.url.database in {None, "", ":memory:"}:
        return
    wanted = newest_revision() if revision == "head" else revision
    if present is not None and present != wanted:
        keep_copy(Path(str(engine.url.database)), present)


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config
