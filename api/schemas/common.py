"""Shapes that several resources share: instants, problems, boxes, bounded texts."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any, NotRequired
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from typing_extensions import TypedDict

from api.clock import from_datetime

EXAMPLE_INSTANT = "2026-11-22T14:02:11.250000Z"
EXAMPLE_ID = "019ab1c2-7d10-7a3b-8c55-0123456789ab"

TRUSTED_SECONDS = 5.0
"""A time that may be further off is no certain one, whoever says so."""

_FIRST = from_datetime(datetime.min.replace(tzinfo=UTC))
_LAST = from_datetime(datetime.max.replace(tzinfo=UTC))
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?([Zz]|[+ -]\d\d:\d\d)")


def parse_instant(value: Any) -> int:
    """Microseconds since the epoch of an RFC 3339 time with its offset.

    A blank instead of `+` is read as `+`: that is what an unescaped `+00:00` becomes in a query string.
    """
    match = _RFC3339.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"must be an RFC 3339 time with its offset, like {EXAMPLE_INSTANT}")
    date, time, fraction, offset = match.groups()
    offset = "+00:00" if offset in "Zz" else offset.replace(" ", "+")
    try:
        instant = from_datetime(datetime.fromisoformat(f"{date}T{time}{(fraction or '')[:7]}{offset}"))
    except (ValueError, OverflowError) as error:
        raise ValueError(f"is no real point in time: {error}") from error
    if not _FIRST <= instant <= _LAST:
        raise ValueError("lies outside the years 1 to 9999")
    return instant


def _printable(value: str) -> str:
    text = unicodedata.normalize("NFC", value.strip())
    if not text:
        raise ValueError("must not be empty")
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} for character in text):
        raise ValueError("must not contain control characters")
    if len(text) > len(value):
        # Its length was checked before, and a column holds no more.
        raise ValueError("must not contain characters that normalising (NFC) takes apart")
    return text


InstantIn = Annotated[
    int,
    BeforeValidator(parse_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": [EXAMPLE_INSTANT]}),
]
"""An instant as a client sends it; microseconds since the epoch once parsed."""

Instant = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time", "examples": [EXAMPLE_INSTANT]})]
"""An instant as the server sends it: UTC, microseconds, `Z`."""

Printable = AfterValidator(_printable)
Name = Annotated[str, Field(min_length=1, max_length=80), Printable]
Label = Annotated[str, Field(min_length=1, max_length=64), Printable]
Score = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
TimeUncertainty = Annotated[float, Field(ge=0, le=1e10, allow_inf_nan=False, examples=[0.4])]
"""Seconds by which a time may be off."""
Identity = Annotated[UUID, Field(examples=[EXAMPLE_ID])]


class Strict(BaseModel):
    """A request body: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def uncertainty(stated: float | None, *, synchronized: bool) -> float | None:
    """By how many seconds a time may be off; null where nobody can say. A synchronised clock is right to about a second."""
    return 1.0 if stated is None and synchronized else stated


def trusted(stated: float | None, *, synchronized: bool) -> bool:
    """Whether a time may be shown as it stands."""
    return synchronized and (stated is None or stated <= TRUSTED_SECONDS)


class Box(TypedDict):
    """A rectangle in fractions of the picture's width and height, from its upper left corner."""

    x: Annotated[float, Field(description="Left edge.", examples=[0.41])]
    y: Annotated[float, Field(description="Upper edge.", examples=[0.22])]
    w: Annotated[float, Field(description="Width.", examples=[0.1])]
    h: Annotated[float, Field(description="Height.", examples=[0.35])]


class FieldProblemView(TypedDict):
    """One wrong field."""

    field: Annotated[str, Field(examples=["timestamp"])]
    message: Annotated[str, Field(examples=[f"must be an RFC 3339 time with its offset, like {EXAMPLE_INSTANT}"])]


class Problem(TypedDict):
    """What went wrong and what to do about it: RFC 9457, `application/problem+json`."""

    type: Annotated[str, Field(description="Names the kind of problem.", examples=["urn:picam:problem:not_a_jpeg"])]
    title: Annotated[str, Field(examples=["Invalid request"])]
    status: Annotated[int, Field(examples=[422])]
    detail: Annotated[str, Field(description="A sentence that says what to do.")]
    code: Annotated[
        str, Field(description="A word for programs; it never changes its meaning.", examples=["not_a_jpeg"])
    ]
    errors: NotRequired[Annotated[list[FieldProblemView], Field(description="The fields that are wrong.")]]
