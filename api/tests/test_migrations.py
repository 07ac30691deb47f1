"""The schema: migrations and tables agree, and running them again, backwards, or twice at once does no harm."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, MetaData, Table, func, insert, inspect, select, text

import api.db
from api.db import open_engines, upgrade_schema
from api.models import activity, cameras, images, metadata
from api.tests.postgres import PostgresCluster

MIGRATIONS = Path(api.db.__file__).with_name("migrations")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'rows.sqlite3'}"
    cluster: PostgresCluster = request.getfixturevalue("postgres")
    return cluster.create_empty_database(f"m{uuid4().hex}")


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engines = open_engines(url)
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


def test_what_the_first_schema_held_is_there_in_each_later_one(engine: Engine) -> None:
    """The schema that the main job landed with, with rows in it, step by step to the newest."""
    upgrade_schema(engine, "0001")
    first = MetaData()
    first.reflect(engine)
    camera, alert, person = UUID(int=1), UUID(int=2), UUID(int=3)
    then = dict.fromkeys(("timestamp", "received_at"), 1_700_000_000_000_000)
    rows: dict[str, list[dict[str, object]]] = {
        "cameras": [{"id": camera, "name": "Porch", "token_hash": b"x" * 32, "created_at": 1}],
        "users": [
            {"id": person, "name": "Ann", "name_key": "ann", "password_hash": "h", "role": "owner", "created_at": 1}
        ],
        "alerts": [
            {"id": alert, "type": "motion", "camera_id": camera, "image_count": 2, "starred": True, **then}
            | {"clock_synchronized": True}
        ],
        "images": [
            {"id": UUID(int=10 + number), "filename": f"{number}.jpg", "camera_id": camera, "alert_id": alert, **then}
            | {"size_bytes": 100, "width": 64, "height": 48, "sha256": b"y" * 32, "state": 1, "starred": number == 0}
            | {"clock_synchronized": True, "thumbnail_stored": False}
            for number in range(2)
        ],
    }
    with engine.begin() as connection:
        for name, values in rows.items():
            # The types that the code writes with: what a database says of its own columns loses them.
            columns = [
                Column(column.name, metadata.tables[name].c[column.name].type) for column in first.tables[name].c
            ]
            connection.execute(insert(Table(name, MetaData(), *columns)), values)
    for revision in sorted(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())[1:]:
        upgrade_schema(engine, revision)
        with engine.begin() as connection:
            found = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in rows}
        assert found == {name: len(values) for name, values in rows.items()}, revision
    assert differences(engine) == []
    with engine.begin() as connection:
        held = connection.execute(select(images).order_by(images.c.id)).mappings().all()
        counts = select(func.sum(activity.c.images), func.sum(activity.c.alerts)).where(
            activity.c.width_seconds == 3600
        )
        counted = connection.execute(counts).one()
    assert [(row["filename"], row["alert_id"], row["starred"]) for row in held] == [
        ("0.jpg", alert, True),
        ("1.jpg", alert, False),
    ]
    assert tuple(counted) == (2, 1), "what was there is counted, too"


def test_several_processes_at_once_all_succeed(url: str) -> None:
    program = f"from api.db import open_engines, upgrade_schema; upgrade_schema(open_engines({url!r}).writer)"
    started = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(process.communicate(timeout=60)[1], process.returncode) for process in started] == [("", 0)] * 3
    engines = open_engines(url)
    assert differences(engines.writer) == []
    engines.dispose()
