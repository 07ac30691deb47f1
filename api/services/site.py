"""The site's row: made at the first start, read at every one."""

import os
import secrets
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection

from api.db.person_rows import get_site, insert_site
from api.models import SiteRecord


def ensure_site(connection: Connection, name: str, now: int) -> SiteRecord:
    """The site, made now if this is the first start. Its time zone is the machine's until the owner says otherwise."""
    stored = get_site(connection)
    if stored is not None:
        return stored
    made = SiteRecord(1, name, machine_time_zone(), now, secrets.token_bytes(32), None)
    insert_site(connection, made)
    return made


def machine_time_zone() -> str:
    """The IANA name of this machine's time zone, `UTC` when it states none."""
    for candidate in (os.environ.get("TZ", ""), _linked_zone()):
        try:
            if candidate:
                return ZoneInfo(candidate).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return "UTC"


def _linked_zone() -> str:
    target = os.path.realpath("/etc/localtime")
    _, found, name = target.partition("/zoneinfo/")
    return name if found else ""
