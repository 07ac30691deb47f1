"""How much there is, kept in the transaction that changes it, so that no page ever counts rows.

One row a camera and bucket, at two widths: 5 minutes (the day's activity strip) and 1 hour (days and months, in any
time zone, are sums of hours; zones off by a half or quarter of an hour take the 5-minute rows at their edges).
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table

from api.models.base import Id, metadata

FINE_SECONDS = 300
COARSE_SECONDS = 3600

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
