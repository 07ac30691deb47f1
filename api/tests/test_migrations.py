"""The schema: migrations and tables agree, and running them again, backwards, or twice at once does no harm."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, insert, inspect, select

import api.db
from api.db import open_engines, upgrade_schema
from api.models import cameras, metadata

MIGRATIONS = Path(api.db.__file__).with_name("migrations")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engines = open_engines(f"sqlite:///{tmp_path / 'rows.sqlite3'}")
    yield engines.writer
    engines.dispose()


def config(engine_connection: object) -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = engine_connection
    return made


def differences(engine: Engine) -> list[object]:
    with engine.begin() as connection:
        options = {"render_as_batch": True, "compare_type": True, "target_metadata": metadata}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_migrations_make_the_tables_that_the_code_knows(engine: Engine) -> None:
    upgrade_schema(engine)
    assert differences(engine) == []


def test_the_comparison_would_find_a_difference(engine: Engine) -> None:
    upgrade_schema(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_images_starred")
        connection.exec_driver_sql("ALTER TABLE images DROP COLUMN average_color")
    assert len(differences(engine)) == 2


def test_a_second_run_changes_nothing(engine: Engine) -> None:
    upgrade_schema(engine)
    with engine.begin() as connection:
        row = {"id": UUID(int=1), "name": "Porch", "token_hash": b"x" * 32, "created_at": 1}
        connection.execute(insert(cameras), row)
    upgrade_schema(engine)
    with engine.begin() as connection:
        assert connection.execute(select(cameras.c.name)).scalars().all() == ["Porch"]
    assert differences(engine) == []


def test_every_migration_goes_back_and_forth(engine: Engine) -> None:
    revisions = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
    assert revisions[0] == "0001"
    for revision in revisions:
        upgrade_schema(engine, revision)
        with engine.begin() as connection:
            command.downgrade(config(connection), "-1")
        upgrade_schema(engine, revision)
    with engine.begin() as connection:
        command.downgrade(config(connection), "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade_schema(engine)
    assert differences(engine) == []


def test_a_failing_migration_leaves_nothing_half_done(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE reviews (something_else TEXT)")
    with pytest.raises(Exception, match="reviews"):
        upgrade_schema(engine)
    assert set(inspect(engine).get_table_names()) == {"reviews"}


def test_several_processes_at_once_all_succeed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'rows.sqlite3'}"
    program = f"from api.db import open_engines, upgrade_schema; upgrade_schema(open_engines({url!r}).writer)"
    started = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(process.communicate(timeout=60)[1], process.returncode) for process in started] == [("", 0)] * 3
    engines = open_engines(url)
    assert differences(engines.writer) == []
    engines.dispose()
