"""What was deleted. While `row` is there it can be brought back; after that the id alone remains, as a tombstone: a
repeated upload of a deleted picture is answered and not stored again."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, String, Table

from api.models.base import Id, JsonText, metadata

deletions = Table(
    "deletions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("camera_id", Id, nullable=False),
    Column("deleted_at", BigInteger, nullable=False),
    # When files and `row` go for good; null once they are gone.
    Column("purge_at", BigInteger),
    # The batch that was deleted together, and is brought back together.
    Column("batch_id", Id, nullable=False),
    Column("row", JsonText),
    Index("ix_deletions_purge_at", "purge_at"),
    Index("ix_deletions_batch_id", "batch_id"),
)


@dataclass(frozen=True, slots=True)
class DeletionRecord:
    """A row of `deletions`, fields in the order of the columns."""

    id: UUID
    kind: str
    camera_id: UUID
    deleted_at: int
    purge_at: int | None
    batch_id: UUID
    row: dict[str, Any] | None
