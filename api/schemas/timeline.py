"""Counts over time on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from api.schemas.common import Instant


class TimelineBucket(TypedDict):
    """What happened from `start` on, for the width of a bucket. Empty buckets are left out."""

    start: Instant
    day: Annotated[str | None, Field(description="With `bucket=day`: the site's day.", examples=["2026-11-22"])]
    images: Annotated[int, Field(examples=[14])]
    alerts: Annotated[int, Field(examples=[3])]
    size_bytes: Annotated[int, Field(examples=[2075000])]


class TimelineView(TypedDict):
    """Counts, oldest first."""

    bucket: Annotated[str, Field(examples=["5m"])]
    time_zone: Annotated[str, Field(description="Days are days in this zone.", examples=["Europe/Berlin"])]
    items: list[TimelineBucket]


class DayColumns(TypedDict):
    """The images of one day (or one hour of it), oldest first, as columns: the same place in each list is one image."""

    day: Annotated[str, Field(examples=["2026-11-22"])]
    started_at: Annotated[Instant, Field(description="The instant that `offset_milliseconds` counts from.")]
    camera_ids: Annotated[list[UUID], Field(description="The cameras that `camera` counts in.")]
    id: list[UUID]
    camera: Annotated[list[int], Field(description="Index into `camera_ids`.")]
    offset_milliseconds: list[int]
    color: Annotated[list[int], Field(description="Average colour as 0xRRGGBB; -1 where it is not known yet.")]
    width: list[int]
    height: list[int]
    starred: Annotated[list[int], Field(description="Indexes of the starred ones.")]
    next_cursor: Annotated[str | None, Field(description="Where there are more: give it as `cursor`.")]


class GalleryDays(TypedDict):
    """How many images each day has, newest day first, as columns. Days without images are left out."""

    time_zone: Annotated[str, Field(description="Days are days in this zone.", examples=["Europe/Berlin"])]
    day: Annotated[list[str], Field(examples=[["2026-11-22"]])]
    images: Annotated[list[int], Field(examples=[[412]])]
    hours: Annotated[
        list[list[int]],
        Field(description="Of a day with more than 2,000: how many each of its hours has, counted from its midnight."),
    ]
    next_before: Annotated[str | None, Field(description="Where there are older days: give it as `before`.")]
