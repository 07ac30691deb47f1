"""Pictures from programs that only know files: when a picture was taken stands in its path, or nowhere."""

import re
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from api.clock import SECOND, Clock, from_datetime, to_rfc3339
from api.db import Database
from api.db.person_rows import require_site
from api.schemas.image import ImageUpload

_TAKEN = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)/(?P<time>\d\d-\d\d-\d\d)[^/]*$")
"""motionEye's `YYYY-MM-DD/HH-MM-SS.jpg`, which is also Motion's usual `%Y-%m-%d/%H-%M-%S`."""


_OLDEST, _AHEAD = 366 * 86_400 * SECOND, 86_400 * SECOND


class FileUploads:
    """What `ImageUpload` such a file is. Deterministic: the same file under the same path is the same image."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def describe(self, camera_id: UUID, path: str, digest: bytes) -> ImageUpload:
        """`digest`: SHA-256 of the bytes. A time in the path is the site's; without one, or with one that a clock must have
        got wrong (a Pi wakes in 1970), it is now: a picture at a wrong time is worth more than none."""
        site, now = await self._database.read(require_site), self._clock.now()
        taken = _taken(path, ZoneInfo(site.time_zone))
        if taken is None or not now - _OLDEST < taken < now + _AHEAD:
            taken = now
        return ImageUpload(
            id=uuid5(camera_id, f"{path} {digest.hex()}"), camera_id=camera_id, timestamp=to_rfc3339(taken)
        )


def _taken(path: str, zone: ZoneInfo) -> int | None:
    found = _TAKEN.search(path)
    if found is None:
        return None
    try:
        at = datetime.strptime(f"{found['day']} {found['time']}", "%Y-%m-%d %H-%M-%S").replace(tzinfo=zone)
    except ValueError:
        return None
    return from_datetime(at)
