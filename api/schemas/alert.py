"""Alerts on the wire."""

from typing import Annotated, Literal, cast
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints
from typing_extensions import TypedDict

from api.clock import to_rfc3339
from api.models import SERVER_ID, AlertRecord, AlertType, Verdict
from api.schemas.common import (
    EXAMPLE_ID,
    Finite,
    Identity,
    Instant,
    InstantIn,
    Score,
    Strict,
    TimeUncertainty,
    trusted,
    uncertainty,
)
from api.schemas.fault import FaultDetail

Source = Literal["camera", "server"]


class AlertCore(TypedDict):
    """One motion episode or one fault, as it is for everybody."""

    id: Annotated[UUID, Field(description="UUIDv7 made by the camera; the idempotency key.", examples=[EXAMPLE_ID])]
    timestamp: Annotated[Instant, Field(description="When it began, UTC.")]
    type: AlertType
    camera_id: Annotated[
        UUID,
        Field(description=f"Whose it is. {SERVER_ID} stands for the server itself, which `/cameras` does not list."),
    ]
    source: Annotated[Source, Field(description="What it is about: a camera, or the server itself (its disk).")]
    ended_at: Annotated[Instant | None, Field(description="Null while it lasts.")]
    score: Annotated[float | None, Field(description="The strongest motion in it, 0 to 1.", examples=[0.82])]
    image_count: Annotated[int, Field(examples=[4])]
    key_image_id: Annotated[UUID | None, Field(description="The picture that shows it best.")]
    starred: Annotated[bool, Field(description="Kept for ever, with its pictures.")]
    clock_synchronized: Annotated[bool, Field(description="Whether `timestamp` can be trusted to within five seconds.")]
    time_uncertainty_seconds: Annotated[
        float | None, Field(description="How far off `timestamp` may be; null: nobody can say.", examples=[0.4])
    ]
    received_at: Annotated[Instant, Field(description="When the server had it, UTC.")]
    detail: Annotated[
        FaultDetail | None,
        Field(description="Of a fault: what it means.", examples=[{"code": "hot", "celsius": 81.5, "times": 1}]),
    ]
    triggered_at: Annotated[Instant | None, Field(description="When the camera's sensor spoke, where it says so.")]
    verdict: Annotated[Verdict | None, Field(description="What a person says it was; null: nobody has said.")]
    tags: Annotated[list[str], Field(description="Words that people gave it, in their order.", examples=[["post van"]])]
    note: Annotated[str | None, Field(description="What people wrote about it.", examples=["The side gate was open."])]


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
        "source": "server" if record.camera_id == SERVER_ID else "camera",
        "ended_at": None if record.ended_at is None else to_rfc3339(record.ended_at),
        "score": record.score,
        "image_count": record.image_count,
        "key_image_id": record.key_image_id,
        "starred": record.starred,
        "clock_synchronized": trusted(record.time_uncertainty_seconds, synchronized=record.clock_synchronized),
        "time_uncertainty_seconds": uncertainty(
            record.time_uncertainty_seconds, synchronized=record.clock_synchronized
        ),
        "received_at": to_rfc3339(record.received_at),
        "detail": cast("FaultDetail | None", record.detail),
        "triggered_at": None if record.triggered_at is None else to_rfc3339(record.triggered_at),
        "verdict": None if record.verdict is None else Verdict(record.verdict),
        "tags": record.tags or [],
        "note": record.note,
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
    time_uncertainty_seconds: TimeUncertainty | None = None
    triggered_at: InstantIn | None = None


def _distinct(tags: list[str]) -> list[str]:
    """Each tag once, as it was first written; "Post van" and "post van" are one."""
    first: dict[str, str] = {}
    for tag in tags:
        first.setdefault(tag.casefold(), tag)
    return list(first.values())


Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Tags = Annotated[list[Tag], Field(max_length=20), AfterValidator(_distinct)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


class AlertPatch(Strict):
    """Cameras end their alerts and choose the key picture; people star, review, tag, and say what it was.

    `verdict: null` and an empty note take back what was said; `tags` replaces the whole list.
    """

    ended_at: InstantIn | None = None
    score: Score | None = None
    key_image_id: Identity | None = None
    starred: bool | None = None
    reviewed: bool | None = None
    verdict: Verdict | None = None
    tags: Tags | None = None
    note: Note | None = None
