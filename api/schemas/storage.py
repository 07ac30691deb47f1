"""Storage, retention and deletion on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from api.schemas.common import Identity, Instant, Strict

Days = Annotated[int, Field(ge=1, le=36_500)]
_Ids = Annotated[tuple[Identity, ...], Field(max_length=500)]


class StorageView(TypedDict):
    """How full it is."""

    images: int
    size_bytes: Annotated[int, Field(description="What the pictures take.")]
    free_bytes: Annotated[int | None, Field(description="Room left on the disk; null where the store knows no limit.")]
    budget_bytes: Annotated[int | None, Field(description="What the pictures may take before the oldest go.")]
    bytes_per_day: Annotated[int, Field(description="The pace of the last week.")]
    full_at: Annotated[
        Instant | None, Field(description="When, at that pace, the oldest begin to go for want of room.")
    ]
    oldest_at: Annotated[Instant | None, Field(description="When the oldest picture was taken.")]


class RetentionView(TypedDict):
    """How long pictures are kept where a camera has no rule of its own."""

    retention_days: Annotated[int | None, Field(description="Null: as long as there is room.", examples=[30])]


class RetentionPatch(Strict):
    """Change how long pictures are kept."""

    retention_days: Days | None


class RetentionPreview(TypedDict):
    """What would be deleted."""

    images: int
    size_bytes: int
    kept_starred: Annotated[int, Field(description="Pictures that are old enough and kept, because they are starred.")]


class NewDeletion(Strict):
    """What to delete: images, and alerts together with their images."""

    image_ids: _Ids = ()
    alert_ids: _Ids = ()


class DeletionView(TypedDict):
    """What was deleted together; until `undo_until` all of it can be brought back."""

    id: UUID
    image_ids: list[UUID]
    alert_ids: list[UUID]
    kept_starred: Annotated[int, Field(description="Asked for and kept, because it is starred.")]
    undo_until: Instant
