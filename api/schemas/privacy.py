"""Privacy on the wire: metadata of pictures, and deleting by time."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from api.schemas.common import Identity, Instant, InstantIn, Strict


class PrivacyView(TypedDict):
    """What is done with what pictures tell besides what they show."""

    strip_metadata: Annotated[
        bool,
        Field(description="Position, serial numbers and comments are cut out of new pictures before they are stored."),
    ]


class PrivacyPatch(Strict):
    """Change it; it holds for pictures that come from now on."""

    strip_metadata: bool


class NewErasure(Strict):
    """Everything of some cameras in a time."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True)

    since: Annotated[InstantIn, Field(alias="from")]
    until: Annotated[InstantIn, Field(alias="to")]
    camera_ids: Annotated[tuple[Identity, ...], Field(max_length=100, description="None named: all cameras.")] = ()
    include_starred: Annotated[bool, Field(description="Delete what is kept for ever too.")] = False


class ErasureView(TypedDict):
    """What was deleted together; until `undo_until`, `DELETE /deletions/{id}` brings it back."""

    id: UUID
    images: int
    alerts: int
    more: Annotated[bool, Field(description="There is more than one call deletes: send it again.")]
    undo_until: Instant
