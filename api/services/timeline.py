"""How much happened when: counts by 5 minutes, hour and day, read from summaries, never by counting rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.clock import SECOND, from_datetime, to_datetime
from api.db import Database
from api.db.activity_rows import Bucket, bucket_start, buckets
from api.db.person_rows import get_site
from api.errors import Invalid
from api.models.activity import COARSE_SECONDS, FINE_SECONDS


class Width(StrEnum):
    """How wide a bucket is."""

    FIVE_MINUTES = "5m"
    HOUR = "hour"
    DAY = "day"


_LONGEST_DAYS = {Width.FIVE_MINUTES: 8, Width.HOUR: 70, Width.DAY: 800}


@dataclass(frozen=True, slots=True)
class Day:
    """Counts of one day in the site's time zone; `started_at` is its midnight."""

    date: date
    started_at: int
    images: int
    alerts: int
    size_bytes: int


class Timeline:
    """Use cases of the counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def buckets(self, width: Width, since: int, until: int, camera_ids: tuple[UUID, ...]) -> list[Bucket]:
        """Buckets of 5 minutes or hours that are not empty, oldest first. Raises `Invalid` (`range_too_long`)."""
        _check_range(width, since, until)
        seconds = FINE_SECONDS if width is Width.FIVE_MINUTES else COARSE_SECONDS
        first = bucket_start(since, seconds)
        return await self._database.read(lambda connection: buckets(connection, seconds, first, until, camera_ids))

    async def days(self, since: int, until: int, camera_ids: tuple[UUID, ...]) -> list[Day]:
        """Days of the site that are not empty, oldest first; days that the range only touches are counted whole."""
        _check_range(Width.DAY, since, until)

        def ask(connection: Connection) -> list[Day]:
            zone = site_zone(connection)
            first = midnight(local_date(since, zone), zone)
            last = midnight(local_date(until - 1, zone) + timedelta(days=1), zone)
            seconds = COARSE_SECONDS if whole_hours(first, last, zone) else FINE_SECONDS
            return list(_fold(buckets(connection, seconds, first, last, camera_ids), zone))

        return await self._database.read(ask)

    async def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return await self._database.read(site_zone)


def site_zone(connection: Connection) -> ZoneInfo:
    site = get_site(connection)
    return ZoneInfo("UTC" if site is None else site.time_zone)


def local_date(micros: int, zone: ZoneInfo) -> date:
    return to_datetime(micros).astimezone(zone).date()


def midnight(day: date, zone: ZoneInfo) -> int:
    """The instant at which a day begins in a zone."""
    return from_datetime(datetime.combine(day, time(), zone).astimezone(UTC))


def whole_hours(since: int, until: int, zone: ZoneInfo) -> bool:
    """Whether the zone is a whole number of hours off UTC at both ends, so that its days are sums of UTC hours."""
    offsets = (to_datetime(moment).astimezone(zone).utcoffset() or timedelta() for moment in (since, until))
    return all(offset.total_seconds() % COARSE_SECONDS == 0 for offset in offsets)


def _fold(found: Iterable[Bucket], zone: ZoneInfo) -> Iterator[Day]:
    """Buckets in order of time as days. The zone is asked once a day, not once a bucket: that was most of a month's cost."""
    date_, started_at, ends_at = date.min, 0, None
    images = alerts = size_bytes = 0
    for bucket in found:
        if ends_at is None or bucket.started_at >= ends_at:
            if ends_at is not None:
                yield Day(date_, started_at, images, alerts, size_bytes)
            date_ = local_date(bucket.started_at, zone)
            started_at, ends_at = midnight(date_, zone), midnight(date_ + timedelta(days=1), zone)
            images = alerts = size_bytes = 0
        images += bucket.images
        alerts += bucket.alerts
        size_bytes += bucket.size_bytes
    if ends_at is not None:
        yield Day(date_, started_at, images, alerts, size_bytes)


def _check_range(width: Width, since: int, until: int) -> None:
    if until <= since:
        raise Invalid("invalid_request", "`to` must lie after `from`.")
    longest = _LONGEST_DAYS[width]
    if until - since > longest * 86_400 * SECOND:
        raise Invalid("range_too_long", f"With `bucket={width}` at most {longest} days can be asked for at once.")
