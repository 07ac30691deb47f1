"""Alerts on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from api.clock import to_rfc3339
from api.models import AlertRecord, AlertType
from api.schemas.common import EXAMPLE_ID, Finite, Identity, Instant, InstantIn, Score, Strict


class AlertCore(TypedDict):
    """One motion episode or one fault, as it is for everybody."""

    id: Annotated[UUID, Field(description="UUIDv7 made by the camera; the idempotency key.", examples=[EXAMPLE_ID])]
    timestamp: Annotated[Instant, Field(description="When it began, UTC.")]
    type: AlertType
    camera_id: UUID
    ended_at: Annotated[Instant | None, Field(description="Null while it lasts.")]
    score: Annotated[float | None, Field(description="The strongest motion in it, 0 to 1.", examples=[0.82])]
    image_count: Annotated[int, Field(examples=[4])]
    key_image_id: Annotated[UUID | None, Field(description="The picture that shows it best.")]
    starred: Annotated[bool, Field(description="Kept for ever, with its pictures.")]
    clock_synchronized: Annotated[bool, Field(description="Whether the camera's clock could be trusted.")]
    received_at: Annotated[Instant, Field(description="When the server had it, UTC.")]


class Alert(AlertCore):
    """One motion episode or one fault, as the asking person sees it."""

    reviewed: Annotated[bool, Field(description="Whether the asking person has reviewed it.")]


class AlertList(TypedDict):
    """One page, newest first."""

    items: list[Alert]
    next_cursor: Annotated[str | None, Field(description="Give it as `cursor` for the next page; null: there is none.")]


def alert_core_view(record: AlertRecord) -> AlertCore:
    return {
        "id": record.id,
        "timestamp": to_rfc3339(record.timestamp),
        "type": AlertType(record.type),
        "camera_id": record.camera_id,
        "ended_at": None if record.ended_at is None else to_rfc3339(record.ended_at),
        "score": record.score,
        "image_count": record.image_count,
        "key_image_id": record.key_image_id,
        "starred": record.starred,
        "clock_synchronized": record.clock_synchronized,
        "received_at": to_rfc3339(record.received_at),
    }


def alert_view(record: AlertRecord, *, reviewed: bool) -> Alert:
    return {**alert_core_view(record), "reviewed": reviewed}


class NewAlert(Strict):
    """A motion episode that begins, or a fault."""

    camera_id: Identity
    timestamp: InstantIn
    type: AlertType
    id: Identity | None = None
    ended_at: InstantIn | None = None
    score: Score | None = None
    clock_synchronized: bool = True
    boot_id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$")] | None = None
    monotonic_seconds: Annotated[Finite, Field(ge=0, le=1e10)] | None = None


class AlertPatch(Strict):
    """Cameras end their alerts and choose the key picture; people star and review."""

    ended_at: InstantIn | None = None
    score: Score | None = None
    key_image_id: Identity | None = None
    starred: bool | None = None
    reviewed: bool | None = None
