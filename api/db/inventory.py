"""SQL of `check`: the rows in the order of their files' keys, and the activity as it should be.

Long readings: each takes one snapshot, without the time limit of ordinary reads.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    Table,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
    update,
)

from api.clock import SECOND
from api.db.upsert import insert_for
from api.models import ImageState, activity, activity_totals, alerts, cameras, deletions, images
from api.models.activity import COARSE_SECONDS, FINE_SECONDS

_HOUR = 3600 * SECOND
_PAGE = 1000
_COUNTS = ("images", "alerts", "size_bytes")


@dataclass(frozen=True, slots=True)
class Kept:
    """What an image's row says about its files."""

    id: UUID
    camera_id: UUID
    received_at: int
    filename: str
    size_bytes: int
    state: int
    thumbnail_stored: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """One bucket of the activity."""

    width_seconds: int
    started_at: int
    images: int
    alerts: int
    size_bytes: int


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection on which all statements see the database as it is at the first one."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        # SQLite's readers see one snapshot anyway.
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL statement_timeout = 0"))
            yield connection


def camera_ids(connection: Connection) -> list[UUID]:
    """In the order of their ids."""
    return list(connection.scalars(select(cameras.c.id).order_by(cameras.c.id)))


def kept_in_key_order(connection: Connection, camera_id: UUID) -> Iterator[Kept]:
    """A camera's images in the order of their files' keys: by hour of arrival, then by id. Streams."""
    columns = [images.c[name] for name in Kept.__dataclass_fields__]
    query = select(*columns).where(images.c.camera_id == camera_id)
    query = query.order_by(images.c.received_at - images.c.received_at % _HOUR, images.c.id)
    for row in connection.execute(query, execution_options={"yield_per": _PAGE}):
        yield Kept(*row)


def known_filenames(connection: Connection, ids: Sequence[UUID]) -> set[str]:
    """Of these images, the file names that a row knows: stored, or deleted and not purged yet."""
    known = set(connection.scalars(select(images.c.filename).where(images.c.id.in_(ids))))
    rows = connection.scalars(select(deletions.c.row).where(deletions.c.id.in_(ids), deletions.c.row.is_not(None)))
    return known | {row["filename"] for row in rows if "filename" in row}


def still_kept(connection: Connection, ids: Sequence[UUID]) -> set[UUID]:
    return set(connection.scalars(select(images.c.id).where(images.c.id.in_(ids))))


def mark_damaged(connection: Connection, ids: Sequence[UUID]) -> None:
    connection.execute(update(images).where(images.c.id.in_(ids)).values(state=ImageState.DAMAGED.value))


def forget_thumbnails(connection: Connection, ids: Sequence[UUID]) -> None:
    connection.execute(update(images).where(images.c.id.in_(ids)).values(thumbnail_stored=False))


def wrong_counts(connection: Connection, camera_id: UUID) -> list[Counts]:
    """The buckets of a camera that are not what its images and alerts add up to, as they should be."""
    query = select(*(activity.c[name] for name in ("width_seconds", "started_at", *_COUNTS)))
    stored = {row[:2]: Counts(*row) for row in connection.execute(query.where(activity.c.camera_id == camera_id))}
    wrong = []
    for width in (FINE_SECONDS, COARSE_SECONDS):
        for row in connection.execute(_recounted(camera_id, width)):
            right = Counts(width, *map(int, row))
            if stored.pop((width, right.started_at), None) != right:
                wrong.append(right)
    gone = (counts for counts in stored.values() if counts.images or counts.alerts or counts.size_bytes)
    return wrong + [Counts(counts.width_seconds, counts.started_at, 0, 0, 0) for counts in gone]


def recount(connection: Connection, camera_id: UUID) -> int:
    """Set a camera's wrong buckets right; the number of them. In a writing transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        # Whoever has counted has committed, whoever has not waits: so rows and counts are seen together.
        connection.execute(text("LOCK TABLE activity IN SHARE ROW EXCLUSIVE MODE"))
    wrong = wrong_counts(connection, camera_id)
    empty = [counts for counts in wrong if not (counts.images or counts.alerts)]
    for counts in empty:
        connection.execute(
            delete(activity).where(
                activity.c.camera_id == camera_id,
                activity.c.width_seconds == counts.width_seconds,
                activity.c.started_at == counts.started_at,
            )
        )
    statement = insert_for(connection.dialect.name, activity)
    statement = statement.on_conflict_do_update(
        index_elements=["width_seconds", "started_at", "camera_id"],
        set_={name: statement.excluded[name] for name in _COUNTS},
    )
    rows = [
        {"camera_id": camera_id, **{name: getattr(counts, name) for name in Counts.__dataclass_fields__}}
        for counts in wrong
        if counts not in empty
    ]
    if rows:
        connection.execute(statement, rows)
    return len(wrong)


def wrong_totals(connection: Connection) -> int:
    """How many buckets of all cameras together are not the sum of the cameras' own."""
    counted, stored = (
        {row[:2]: tuple(map(int, row[2:])) for row in connection.execute(_summed(table))}
        for table in (activity, activity_totals)
    )
    nothing = (0,) * len(_COUNTS)
    return sum(counted.get(key, nothing) != stored.get(key, nothing) for key in counted.keys() | stored.keys())


def recount_totals(connection: Connection) -> None:
    """Sum the totals up anew. In a writing transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("LOCK TABLE activity, activity_totals IN SHARE ROW EXCLUSIVE MODE"))
    connection.execute(delete(activity_totals))
    sums = _summed(activity).add_columns(literal(0))
    connection.execute(insert(activity_totals).from_select(["width_seconds", "started_at", *_COUNTS, "part"], sums))


def _summed(table: Table) -> Select[*tuple[int, ...]]:
    key = (table.c.width_seconds, table.c.started_at)
    return select(*key, *(func.sum(table.c[name]) for name in _COUNTS)).group_by(*key)


def _recounted(camera_id: UUID, width_seconds: int) -> Select[Row[tuple[int, int, int, int]]]:
    width = width_seconds * SECOND
    things = union_all(
        *(
            select(
                (table.c.timestamp - table.c.timestamp % width).label("started_at"),
                literal(int(table is images)).label("images"),
                literal(int(table is alerts)).label("alerts"),
                (images.c.size_bytes if table is images else literal(0)).label("size_bytes"),
            ).where(table.c.camera_id == camera_id)
            for table in (images, alerts)
        )
    ).subquery()
    sums = [func.sum(things.c[name]) for name in _COUNTS]
    return select(things.c.started_at, *sums).group_by(things.c.started_at)
