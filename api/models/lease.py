"""Who does a piece of background work just now: at most one process, until `expires_at`."""

from sqlalchemy import BigInteger, Column, String, Table

from api.models.base import metadata

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
