"""Group commit: what happens to one write, to its neighbours, and when the database itself fails."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, event, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from api.db import Database, open_engines, upgrade_schema
from api.db.group import Failure
from api.errors import Conflict, Unavailable
from api.models import cameras


@dataclass
class Commits:
    """Counts transactions, and fails them where a test wants it."""

    count: int = 0
    fail: Exception | None = None


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'rows.sqlite3'}"


@pytest.fixture
def told() -> list[int]:
    """What committed writes announced, as the viewers get it."""
    return []


@pytest.fixture
async def database(url: str, told: list[int]) -> AsyncIterator[Database]:
    engines = open_engines(url)
    upgrade_schema(engines.writer)
    started = Database(engines, publish=told.extend)
    started.start()
    yield started
    await started.stop()


@pytest.fixture
def commits(database: Database) -> Iterator[Commits]:
    noted = Commits()

    def note(_connection: Connection) -> None:
        noted.count += 1
        if noted.fail is not None:
            raise noted.fail

    event.listen(Engine, "commit", note)
    yield noted
    event.remove(Engine, "commit", note)


def add(connection: Connection, number: int) -> int:
    values = {"id": UUID(int=number), "name": f"{number}", "token_hash": number.to_bytes(32), "created_at": number}
    connection.execute(insert(cameras), values)
    return number


def adding(number: int) -> Callable[[Connection], int]:
    return partial(add, number=number)


def stored(connection: Connection) -> set[int]:
    return {row.created_at for row in connection.execute(select(cameras.c.created_at))}


async def gate(database: Database) -> threading.Event:
    """Hold the writer in a write of its own, so that what follows waits together."""
    entered, leave = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def hold(_connection: Connection) -> None:
        loop.call_soon_threadsafe(entered.set)
        assert leave.wait(10)

    waiter = asyncio.ensure_future(database.write(hold))
    await entered.wait()
    assert not waiter.done()
    return leave


def announced(number: int) -> list[int]:
    return [number]


async def test_waiting_writes_share_commits(database: Database, commits: Commits) -> None:
    leave = await gate(database)
    writes = [database.write(adding(number)) for number in range(200)]
    leave.set()
    assert await asyncio.gather(*writes) == list(range(200))
    assert commits.count <= 1 + 4, "64 writes go into one transaction"
    assert await database.read(stored) == set(range(200))


async def test_a_failing_write_takes_nobody_with_it(database: Database, commits: Commits) -> None:
    leave = await gate(database)

    def fail_half_way(connection: Connection) -> None:
        add(connection, 50)
        raise Conflict("conflict", "This one is not wanted.")

    def fail_by_constraint(connection: Connection) -> None:
        add(connection, 60)
        add(connection, 1)

    first = database.write(adding(1))
    refused = database.write(fail_half_way)
    doubled = database.write(fail_by_constraint)
    last = database.write(adding(2))
    leave.set()
    results = await asyncio.gather(first, refused, doubled, last, return_exceptions=True)
    assert results[0] == 1
    assert isinstance(results[1], Conflict)
    assert isinstance(results[2], IntegrityError)
    assert results[3] == 2
    assert await database.read(stored) == {1, 2}
    assert commits.count <= 3


async def test_a_failing_database_is_told_to_every_waiting_writer_and_then_it_goes_on(
    database: Database, commits: Commits, told: list[int]
) -> None:
    leave = await gate(database)
    writes = [database.write(adding(number), announced) for number in range(5)]
    commits.fail = OperationalError("COMMIT", {}, Exception("disk I/O error"))
    leave.set()
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(result) for result in results] == [Unavailable] * 5
    assert told == []
    commits.fail = None
    assert await database.read(stored) == set()
    assert await database.write(adding(7)) == 7
    assert await database.read(stored) == {7}


async def test_a_statement_that_the_database_cannot_do_is_unavailable(database: Database) -> None:
    with pytest.raises(Unavailable):
        await database.write(lambda connection: connection.execute(text("INSERT INTO nowhere VALUES (1)")))
    with pytest.raises(Unavailable):
        await database.read(lambda connection: connection.execute(text("SELECT * FROM nowhere")))
    assert await database.write(adding(1)) == 1


async def test_changes_are_told_in_order_and_before_the_answer(database: Database, told: list[int]) -> None:
    leave = await gate(database)
    writes = [database.write(adding(number), announced) for number in range(100)]
    leave.set()
    for number, write in enumerate(writes):
        assert await write == number
        assert told[: number + 1] == list(range(number + 1))
    assert told == list(range(100))


async def test_changes_are_told_even_when_nobody_waits_any_more(database: Database, told: list[int]) -> None:
    leave = await gate(database)
    abandoned = database.write(adding(1), announced)
    waiter = asyncio.ensure_future(abandoned)
    waiter.cancel()
    last = database.write(adding(2), announced)
    leave.set()
    assert await last == 2
    assert told == [1, 2]
    assert await database.read(stored) == {1, 2}


async def test_an_announcement_that_fails_undoes_its_write_alone(database: Database, told: list[int]) -> None:
    leave = await gate(database)

    def fail(_number: int) -> list[int]:
        raise RuntimeError("a bug in what announces")

    first = database.write(adding(1), fail)
    second = database.write(adding(2), announced)
    leave.set()
    async with asyncio.timeout(10):
        with pytest.raises(RuntimeError, match="a bug"):
            await first
        assert await second == 2
    assert told == [2]
    assert await database.read(stored) == {2}


async def test_neighbours_of_one_kind_are_written_together(database: Database) -> None:
    leave = await gate(database)
    batches: list[list[int]] = []

    def add_all(connection: Connection, numbers: Sequence[int]) -> list[int | Failure]:
        batches.append(list(numbers))
        return [Failure(Conflict("odd", "odd")) if number % 2 else add(connection, number) for number in numbers]

    writes = [database.write_batch(add_all, number) for number in range(5)]
    between = database.write(adding(10))
    last = database.write_batch(add_all, 6)
    leave.set()
    results = await asyncio.gather(*writes, between, last, return_exceptions=True)
    assert batches == [[0, 1, 2, 3, 4], [6]]
    assert [type(result) is Conflict for result in results] == [False, True, False, True, False, False, False]
    assert await database.read(stored) == {0, 2, 4, 6, 10}


async def test_one_bad_item_of_a_batch_takes_nobody_with_it(database: Database) -> None:
    leave = await gate(database)

    def add_all(connection: Connection, numbers: Sequence[int]) -> list[int | Failure]:
        return [add(connection, number) for number in numbers]

    writes = [database.write_batch(add_all, number) for number in (1, 2, 2, 3)]
    leave.set()
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert [result for result in results if isinstance(result, int)] == [1, 2, 3]
    assert isinstance(results[2], IntegrityError)


async def test_stop_commits_what_was_accepted(url: str) -> None:
    engines = open_engines(url)
    upgrade_schema(engines.writer)
    database = Database(engines)
    database.start()
    leave = await gate(database)
    writes = [database.write(adding(number)) for number in range(100)]
    stopping = asyncio.ensure_future(database.stop())
    await asyncio.sleep(0)
    leave.set()
    await stopping
    assert [write.result() for write in writes] == list(range(100))
    engines = open_engines(url)
    with engines.reader.begin() as connection:
        assert stored(connection) == set(range(100))
    engines.dispose()


async def test_a_read_sees_every_write_answered_before_it(database: Database) -> None:
    async def write_and_look(number: int) -> None:
        await database.write(adding(number))
        assert number in await database.read(stored)

    await asyncio.gather(*(write_and_look(number) for number in range(60)))


async def test_more_than_can_wait_is_refused_at_once(database: Database) -> None:
    leave = await gate(database)
    accepted = []
    with contextlib.suppress(Unavailable):
        for number in range(100_000):
            accepted.append(database.write(adding(number)))
    assert 1000 < len(accepted) < 10_000
    leave.set()
    assert await asyncio.gather(*accepted) == list(range(len(accepted)))
    assert await database.write(adding(500_000)) == 500_000


async def test_a_second_process_s_transaction_is_waited_for(database: Database, url: str) -> None:
    engines = open_engines(url)
    with engines.writer.connect() as connection, connection.begin() as other:
        add(connection, 1)
        mine = database.write(adding(2))
        assert await database.read(stored) == set()
        assert not mine.done()
        other.commit()
    assert await mine == 2
    assert await database.read(stored) == {1, 2}
    engines.dispose()


def test_sqlite_is_set_up_to_survive_a_power_loss(url: str) -> None:
    engines = open_engines(url)
    for engine in (engines.writer, engines.reader):
        with engine.connect() as connection:
            wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}
            for pragma, value in wanted.items():
                assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
    engines.dispose()
