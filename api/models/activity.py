"""How much there is, kept in the transaction that changes it, so that no page ever counts rows.

One row a camera and bucket, at two widths: 5 minutes (the day's activity strip) and 1 hour (days and months, in any
time zone, are sums of hours; zones off by a half or quarter of an hour take the 5-minute rows at their edges).

`activity_totals` holds the same for all cameras together: a month of 32 cameras is then read from 2,976 rows, not 23,808.
Each camera belongs to one of four parts, so that replicas that commit at the same time seldom wait for one row.
"""

from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, SmallInteger, Table

from api.models.base import Id, metadata

FINE_SECONDS = 300
COARSE_SECONDS = 3600
_PARTS = 4

activity = Table(
    "activity",
    metadata,
    Column("width_seconds", Integer, primary_key=True, autoincrement=False),
    Column("started_at", BigInteger, primary_key=True, autoincrement=False),
    Column("camera_id", Id, ForeignKey("cameras.id", ondelete="CASCADE"), primary_key=True),
    Column("images", Integer, nullable=False),
    Column("alerts", Integer, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Index("ix_activity_camera_id_width_seconds_started_at", "camera_id", "width_seconds", "started_at"),
)

activity_totals = Table(
    "activity_totals",
    metadata,
    Column("width_seconds", Integer, primary_key=True, autoincrement=False),
    Column("started_at", BigInteger, primary_key=True, autoincrement=False),
    Column("part", SmallInteger, primary_key=True, autoincrement=False),
    Column("images", Integer, nullable=False),
    Column("alerts", Integer, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    # Read in the order of the key only: one tree instead of two.
    sqlite_with_rowid=False,
)


def part_of(camera_id: UUID) -> int:
    """The part of the totals that a camera is counted in."""
    return camera_id.bytes[-1] % _PARTS
