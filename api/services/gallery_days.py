"""How many images each day has, and each hour of a full day: enough to know where every picture stands in the gallery
before one of them is asked for."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.db import Database
from api.db.activity_rows import buckets
from api.db.gallery_rows import counts, image_times
from api.db.image_rows import ImageFilter
from api.models.activity import COARSE_SECONDS, FINE_SECONDS
from api.schemas.timeline import GalleryDays
from api.services.day_columns import HOUR, MOST_IMAGES
from api.services.timeline import local_date, midnight, site_zone, whole_hours

_LONGEST = timedelta(days=800)
# Where a zone is not whole hours off UTC, its hours are summed of 5-minute buckets: twelve times as many.
_LONGEST_FINE = timedelta(days=100)
MOST_COUNTED = 200_000
"""Images with a label or a star have no summary: at most this many are counted for one answer."""


class GalleryCounts:
    """Reads the gallery's days, newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def days(self, wanted: ImageFilter, first: date | None, before: date | None) -> GalleryDays:
        """Days that have images, from `first` to the one before `before`, or as many of them as one answer holds."""
        return await self._database.read(lambda connection: _days(connection, wanted, first, before))


def _days(connection: Connection, wanted: ImageFilter, first: date | None, before: date | None) -> GalleryDays:
    zone = site_zone(connection)
    span = image_times(connection)
    if span is None:
        return _view(zone, {}, None)
    oldest = max(local_date(span[0], zone), first or date.min)
    end = min(local_date(span[1], zone) + timedelta(days=2), before or date.max)
    if end <= oldest:
        return _view(zone, {}, None)
    coarse = whole_hours(midnight(oldest, zone), midnight(end, zone), zone)
    start = max(oldest, end - (_LONGEST if coarse else _LONGEST_FINE))
    asked = replace(wanted, since=midnight(start, zone), until=midnight(end, zone))
    width_seconds = COARSE_SECONDS if coarse else FINE_SECONDS
    found, complete = _counted(connection, asked, width_seconds, MOST_COUNTED)
    folded = _fold(found, zone)
    if not complete:
        # The oldest day was not counted to its end: it opens the next answer, or, when it is the only one, is counted
        # for itself.
        start = min(folded)
        if len(folded) > 1:
            del folded[start]
            start += timedelta(days=1)
        else:
            whole, _ = _counted(connection, replace(asked, since=midnight(start, zone)), width_seconds, None)
            folded = _fold(whole, zone)
    return _view(zone, folded, start if start > oldest else None)


def _counted(
    connection: Connection, asked: ImageFilter, width_seconds: int, most: int | None
) -> tuple[list[tuple[int, int]], bool]:
    if asked.label is not None or asked.starred is not None:
        found, more = counts(connection, asked, width_seconds, most)
        return found, not more
    since, until = asked.since or 0, asked.until or 0
    summed = buckets(connection, width_seconds, since, until, asked.camera_ids)
    return [(bucket.started_at, bucket.images) for bucket in summed if bucket.images], True


def _fold(found: Iterable[tuple[int, int]], zone: ZoneInfo) -> dict[date, dict[int, int]]:
    """Day to its hours, counted from its midnight, to how many images they have."""
    days: dict[date, dict[int, int]] = {}
    starts: dict[date, int] = {}
    for moment, images in found:
        day = local_date(moment, zone)
        if day not in starts:
            starts[day] = midnight(day, zone)
            days[day] = {}
        hour = (moment - starts[day]) // HOUR
        days[day][hour] = days[day].get(hour, 0) + images
    return days


def _view(zone: ZoneInfo, days: dict[date, dict[int, int]], next_before: date | None) -> GalleryDays:
    ordered = sorted(days, reverse=True)
    totals = [sum(days[day].values()) for day in ordered]
    return {
        "time_zone": zone.key,
        "day": [day.isoformat() for day in ordered],
        "images": totals,
        "hours": [
            [days[day].get(hour, 0) for hour in range(max(days[day]) + 1)] if total > MOST_IMAGES else []
            for day, total in zip(ordered, totals, strict=True)
        ],
        "next_before": None if next_before is None else next_before.isoformat(),
    }
