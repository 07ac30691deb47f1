"""The site: one row. Its name and time zone, the key that seals cursors, the hash of the first-start code."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Integer, LargeBinary, String, Table, false

from api.models.base import metadata

site = Table(
    "site",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(80), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("cursor_key", LargeBinary(32), nullable=False),
    Column("setup_code_hash", LargeBinary(32)),
    # What cameras without a rule of their own keep; null days: for ever, as far as the disk goes.
    Column("retention_days", Integer, server_default="30"),
    # Whether where and with what a picture was taken is cut out of its file before it is stored.
    Column("strip_metadata", Boolean, nullable=False, server_default=false()),
    CheckConstraint("id = 1", name="single_row"),
)


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """The row of `site`, fields in the order of the columns."""

    id: int
    name: str
    time_zone: str
    created_at: int
    cursor_key: bytes
    setup_code_hash: bytes | None
    retention_days: int | None = 30
    strip_metadata: bool = False
