"""Images on the wire."""

import json
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import BeforeValidator, Field, TypeAdapter
from typing_extensions import TypedDict

from api.clock import to_rfc3339
from api.models import ImageRecord, ImageState
from api.schemas.common import (
    EXAMPLE_ID,
    Box,
    Finite,
    Identity,
    Instant,
    InstantIn,
    Label,
    Score,
    Strict,
    TimeUncertainty,
    trusted,
    uncertainty,
)

_MOST_BOXES = 64
_MOST_LABELS = 32


class Image(TypedDict):
    """One still picture."""

    id: Annotated[UUID, Field(description="UUIDv7 made by the camera; the idempotency key.", examples=[EXAMPLE_ID])]
    timestamp: Annotated[Instant, Field(description="When it was captured, UTC.")]
    filename: Annotated[str, Field(description="Name under which it is kept.", examples=[f"{EXAMPLE_ID}-5f3a9c01.jpg"])]
    camera_id: UUID
    alert_id: Annotated[UUID | None, Field(description="The alert it belongs to.")]
    received_at: Annotated[Instant, Field(description="When the server had it, UTC.")]
    size_bytes: Annotated[int, Field(examples=[148213])]
    width: Annotated[int, Field(description="Pixels.", examples=[1280])]
    height: Annotated[int, Field(description="Pixels.", examples=[720])]
    sha256: Annotated[
        str, Field(description="Of the file, hexadecimal.", examples=["9f86d081884c7d659a2feaa0c55ad015" * 2])
    ]
    starred: Annotated[bool, Field(description="Kept for ever.")]
    labels: Annotated[list[str], Field(examples=[["person"]])]
    motion_boxes: Annotated[list[Box], Field(description="Where the camera saw motion.")]
    score: Annotated[float | None, Field(description="How much motion, 0 to 1.", examples=[0.82])]
    clock_synchronized: Annotated[bool, Field(description="Whether `timestamp` can be trusted to within five seconds.")]
    time_uncertainty_seconds: Annotated[
        float | None, Field(description="How far off `timestamp` may be; null: nobody can say.", examples=[0.4])
    ]
    damaged: Annotated[bool, Field(description="The file is whole but does not decode.")]
    average_color: Annotated[str | None, Field(description="Shown until the thumbnail is there.", examples=["#6f7a5c"])]


class ImageList(TypedDict):
    """One page, newest first."""

    items: list[Image]
    next_cursor: Annotated[str | None, Field(description="Give it as `cursor` for the next page; null: there is none.")]


def image_view(record: ImageRecord) -> Image:
    return {
        "id": record.id,
        "timestamp": to_rfc3339(record.timestamp),
        "filename": record.filename,
        "camera_id": record.camera_id,
        "alert_id": record.alert_id,
        "received_at": to_rfc3339(record.received_at),
        "size_bytes": record.size_bytes,
        "width": record.width,
        "height": record.height,
        "sha256": record.sha256.hex(),
        "starred": record.starred,
        "labels": record.labels or [],
        "motion_boxes": [{"x": x, "y": y, "w": w, "h": h} for x, y, w, h in record.motion_boxes or ()],
        "score": record.score,
        "clock_synchronized": trusted(record.time_uncertainty_seconds, synchronized=record.clock_synchronized),
        "time_uncertainty_seconds": uncertainty(
            record.time_uncertainty_seconds, synchronized=record.clock_synchronized
        ),
        "damaged": record.state == ImageState.DAMAGED,
        "average_color": None if record.average_color is None else f"#{record.average_color:06x}",
    }


def image_view_of_row(row: tuple[Any, ...]) -> Image:
    """The same of a row as the driver has it: a page has hundreds, and one is made in a third of the time."""
    (identity, timestamp, filename, camera, alert, received_at, size_bytes, width, height, sha256, score) = row[:11]
    (boxes, labels, starred, clock_synchronized, _reported, _boot, _monotonic, state, _thumbnail, color) = row[11:21]
    synchronized = bool(clock_synchronized)
    return {
        "id": _id(identity),
        "timestamp": to_rfc3339(timestamp),
        "filename": filename,
        "camera_id": _shared_id(camera),
        "alert_id": None if alert is None else _shared_id(alert),
        "received_at": to_rfc3339(received_at),
        "size_bytes": size_bytes,
        "width": width,
        "height": height,
        "sha256": sha256.hex(),
        "starred": bool(starred),
        "labels": [] if labels is None else orjson.Fragment(labels),  # type: ignore[typeddict-item]
        "motion_boxes": []
        if boxes is None
        else [{"x": x, "y": y, "w": w, "h": h} for x, y, w, h in orjson.loads(boxes)],
        "score": score,
        "clock_synchronized": synchronized,
        "time_uncertainty_seconds": uncertainty(row[21], synchronized=synchronized),
        "damaged": state == ImageState.DAMAGED,
        "average_color": None if color is None else f"#{color:06x}",
    }


def _id(value: bytes | UUID) -> UUID:
    """On SQLite an id is 16 bytes: written as text at once, without a UUID in between."""
    if isinstance(value, UUID):
        return value
    text = value.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"  # type: ignore[return-value]


# The same few cameras and alerts all over a page.
_shared_id = lru_cache(maxsize=512)(_id)

Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class BoxIn(Strict):
    """A motion box as a camera sends it."""

    x: Fraction
    y: Fraction
    w: Fraction
    h: Fraction


def _boxes(value: Any) -> Any:
    """Multipart fields and query parameters are text: the boxes come as JSON, as objects or as [x, y, w, h]."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise ValueError('must be JSON like [{"x": 0.1, "y": 0.2, "w": 0.3, "h": 0.4}]') from error
    if isinstance(value, list):
        return [
            dict(zip("xywh", box, strict=True)) if isinstance(box, list) and len(box) == 4 else box for box in value
        ]
    return value


class ImageUpload(Strict):
    """What comes with a picture: multipart fields or query parameters of `POST /images`."""

    camera_id: Identity
    timestamp: InstantIn
    id: Identity | None = None
    alert_id: Identity | None = None
    motion_boxes: Annotated[tuple[BoxIn, ...], BeforeValidator(_boxes), Field(max_length=_MOST_BOXES)] = ()
    score: Score | None = None
    clock_synchronized: bool = True
    boot_id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$")] | None = None
    monotonic_seconds: Annotated[Finite, Field(ge=0, le=1e10)] | None = None
    time_uncertainty_seconds: TimeUncertainty | None = None


class ImagePatch(Strict):
    """What people may change of a picture."""

    starred: bool | None = None
    labels: Annotated[list[Label], Field(max_length=_MOST_LABELS)] | None = None


UPLOAD_FIELDS = TypeAdapter(ImageUpload)
