"""`/timeline` and `/images/buckets`: how much happened when, and the gallery's days."""

import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.clock import to_rfc3339
from api.db.image_rows import ImageFilter
from api.routers.answers import revalidated
from api.routers.dependencies import PersonDep, ServicesDep
from api.routers.images import CameraIds, Cursor
from api.routers.problems import problems
from api.schemas.common import InstantIn, Label
from api.schemas.timeline import DayColumns, GalleryDays, TimelineBucket, TimelineView
from api.services.timeline import Width

router = APIRouter(tags=["timeline"])

_From = Annotated[InstantIn, Query(alias="from", description="Not before this time.")]
_To = Annotated[InstantIn, Query(alias="to", description="Before this time.")]
_Label = Annotated[Label | None, Query(description="Only with this label.")]
_Starred = Annotated[bool | None, Query(description="Only starred, or only not starred ones.")]
_NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "Nothing has changed since the answer with this `ETag`."}
}


@router.get(
    "/timeline",
    response_model=TimelineView,
    summary="Counts by 5 minutes, hour or day",
    responses={**_NOT_MODIFIED, **problems(401, 403, 422)},
)
async def get_timeline(
    request: Request,
    services: ServicesDep,
    person: PersonDep,
    since: _From,
    until: _To,
    bucket: Annotated[Width, Query(description="At most 8 days of `5m`, 70 of `hour`, 800 of `day`.")] = Width.HOUR,
    camera_id: CameraIds = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Read from summaries: the cost does not depend on how many pictures there are. Days are the site's."""
    cameras = person.narrow(camera_id)
    items: list[TimelineBucket]
    if bucket is Width.DAY:
        items = [
            _bucket(day.started_at, day.date.isoformat(), day.images, day.alerts, day.size_bytes)
            for day in await services.timeline.days(since, until, cameras)
        ]
    else:
        items = [
            _bucket(found.started_at, None, found.images, found.alerts, found.size_bytes)
            for found in await services.timeline.buckets(bucket, since, until, cameras)
        ]
    zone = await services.timeline.zone()
    body: TimelineView = {"bucket": bucket.value, "time_zone": zone.key, "items": items}
    return revalidated(request, body)


@router.get(
    "/images/buckets",
    response_model=GalleryDays,
    summary="How many images each day has",
    responses={**_NOT_MODIFIED, **problems(401, 403, 422)},
)
async def get_gallery_days(
    request: Request,
    services: ServicesDep,
    person: PersonDep,
    first: Annotated[datetime.date | None, Query(alias="from", description="Not before this day.")] = None,
    before: Annotated[datetime.date | None, Query(description="Before this day.")] = None,
    camera_id: CameraIds = [],  # noqa: B006 - FastAPI copies it
    label: _Label = None,
    starred: _Starred = None,
) -> Response:
    """For the gallery: where every picture stands is known before one is asked for. The days themselves come from
    `/images/buckets/{day}`, by the hour where `hours` says so. At most 800 days in one answer."""
    wanted = ImageFilter(person.narrow(camera_id), label=label, starred=starred)
    return revalidated(request, await services.gallery_counts.days(wanted, first, before))


@router.get(
    "/images/buckets/{day}",
    response_model=DayColumns,
    summary="The images of a day as columns",
    responses={**_NOT_MODIFIED, **problems(401, 403, 422)},
)
async def get_day(
    day: datetime.date,
    request: Request,
    services: ServicesDep,
    person: PersonDep,
    hour: Annotated[
        int | None, Query(ge=0, le=24, description="Only the n-th hour of the day, counted from 0.")
    ] = None,
    camera_id: CameraIds = [],  # noqa: B006 - FastAPI copies it
    label: _Label = None,
    starred: _Starred = None,
    cursor: Cursor = None,
) -> Response:
    """For the gallery: how many there are is known from `/images/buckets`, so only what is looked at is asked for."""
    wanted = ImageFilter(person.narrow(camera_id), label=label, starred=starred)
    return revalidated(request, await services.day_buckets.get(day, hour, wanted, cursor))


def _bucket(started_at: int, day: str | None, images: int, alerts: int, size_bytes: int) -> TimelineBucket:
    return {"start": to_rfc3339(started_at), "day": day, "images": images, "alerts": alerts, "size_bytes": size_bytes}
