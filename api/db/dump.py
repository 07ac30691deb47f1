"""Tables as JSON lines and back: the form that a backup has, the same from SQLite and from PostgreSQL.

Each line is one row as an object: ids as text, bytes in hexadecimal (`models.rows`). Every table is in it but those of
what is only true for the running server: leases, and the browsers that are signed in.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Table, delete, func, insert, inspect, select, text

from api.models import (
    SERVER_ID,
    activity,
    activity_totals,
    alerts,
    cameras,
    deletions,
    images,
    leases,
    metadata,
    pairings,
    sessions,
    site,
    users,
)
from api.models.rows import row_from_json, row_to_json

_LEFT_OUT = {leases.name, pairings.name, sessions.name}
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Dumped:
    """One table's file: number of rows, SHA-256 in hexadecimal."""

    rows: int
    sha256: str


def dumped_tables() -> list[Table]:
    """Tables that a backup holds, those that others refer to first."""
    return [table for table in metadata.sorted_tables if table.name not in _LEFT_OUT]


def dump_table(connection: Connection, table: Table, path: Path) -> Dumped:
    """Write a table to a new file; streams. Raises OSError."""
    digest = hashlib.sha256()
    rows = 0
    query = select(table).order_by(*table.primary_key.columns)
    with path.open("xb") as file:
        for row in connection.execute(query, execution_options={"yield_per": _PAGE}):
            line = orjson.dumps(row_to_json(table, row), option=orjson.OPT_APPEND_NEWLINE)
            digest.update(line)
            file.write(line)
            rows += 1
        file.flush()
    return Dumped(rows, digest.hexdigest())


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a table's file, as JSON has them."""
    with path.open("rb") as file:
        for line in file:
            yield orjson.loads(line)


def load_table(
    connection: Connection, table: Table, path: Path, change: Callable[[dict[str, Any]], dict[str, Any]] | None = None
) -> int:
    """Insert a file's rows into an empty table; the number of them. `change` may alter a row first."""
    rows = (row_from_json(table, row if change is None else change(row)) for row in read_rows(path))
    total = 0
    while page := list(islice(rows, _PAGE)):
        connection.execute(insert(table), page)
        total += len(page)
    return total


def is_empty(connection: Connection) -> bool:
    """Whether nobody has used this database yet. The site's row, made by the first start, does not count."""
    present = set(inspect(connection).get_table_names())
    used = [table for table in (users, images, deletions) if table.name in present]
    counts = [select(func.count()).select_from(table) for table in used]
    if cameras.name in present:
        counts.append(select(func.count()).select_from(cameras).where(cameras.c.id != SERVER_ID))
    return all(connection.execute(query).scalar_one() == 0 for query in counts)


def clear_site(connection: Connection) -> None:
    """Make room for the site of a backup: what a server makes by itself goes."""
    present = set(inspect(connection).get_table_names())
    for table in (activity_totals, activity, alerts, cameras, site):
        if table.name in present:
            connection.execute(delete(table))


def without_time_limit(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
