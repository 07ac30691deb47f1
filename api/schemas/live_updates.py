"""The messages of `GET /ws`, server to client. `contract/ws.schema.json` is made from these."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from api.schemas.alert import AlertCore
from api.schemas.camera import Camera
from api.schemas.common import Instant
from api.schemas.image import Image

Action = Literal["created", "updated", "deleted"]
Sequence = Annotated[int, Field(description="0, 1, 2, ... on each connection: a hole means that something was missed.")]
Cursor = Annotated[str, Field(description="Give the newest as `?cursor=` when connecting again.")]


class AlertChange(TypedDict):
    """An alert began, changed or was deleted. `alert` is null when it was deleted."""

    kind: Literal["alert"]
    action: Action
    alert_id: UUID
    camera_id: UUID
    alert: AlertCore | None


class ImageChange(TypedDict):
    """A picture came, changed or was deleted."""

    kind: Literal["image"]
    action: Action
    image_id: UUID
    camera_id: UUID
    image: Image | None


class CameraChange(TypedDict):
    """A camera was added, was heard of, or changed."""

    kind: Literal["camera"]
    action: Action
    camera_id: UUID
    camera: Camera | None


class ReviewChange(TypedDict):
    """The person of this connection reviewed an alert, here or in another window."""

    kind: Literal["review"]
    action: Action
    alert_id: UUID
    camera_id: UUID
    reviewed: bool


ChangeView = Annotated[AlertChange | ImageChange | CameraChange | ReviewChange, Field(discriminator="kind")]


class Hello(TypedDict):
    """The first message. `resumed` false: whatever is on the screen may be old, read it again."""

    type: Literal["hello"]
    seq: Sequence
    cursor: Cursor
    resumed: bool
    server_time: Instant


class Changes(TypedDict):
    """What changed, in order."""

    type: Literal["changes"]
    seq: Sequence
    cursor: Cursor
    changes: list[ChangeView]


class Resync(TypedDict):
    """This connection was too slow and has missed changes: read everything on the screen again."""

    type: Literal["resync"]
    seq: Sequence
    cursor: Cursor


class HeartbeatMessage(TypedDict):
    """Sent every 20 seconds, so that a dead connection is noticed."""

    type: Literal["heartbeat"]
    seq: Sequence
    cursor: Cursor


ServerMessage = Annotated[Hello | Changes | Resync | HeartbeatMessage, Field(discriminator="type")]
