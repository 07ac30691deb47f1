"""SQL of the server's own faults: alerts like all others, of a row in `cameras` that stands for the server itself.

That row has a fixed id, is made with the first such alert, has a token that nobody knows, and is in no list of cameras.
So lists, counts, deletions, reviews and live updates need to know nothing of it.
"""

import secrets
from uuid import UUID

from sqlalchemy import Connection, insert, select

from api.db.activity_rows import Counted, count
from api.db.alert_rows import insert_alert
from api.models import SERVER_ID, AlertRecord, AlertType, alerts, cameras


def running_fault(connection: Connection, kind: AlertType) -> AlertRecord | None:
    """The server's alert of this type that has not ended."""
    query = select(alerts).where(
        alerts.c.camera_id == SERVER_ID, alerts.c.type == kind.value, alerts.c.ended_at.is_(None)
    )
    row = connection.execute(query.order_by(alerts.c.timestamp.desc(), alerts.c.id.desc()).limit(1)).first()
    return None if row is None else AlertRecord(*row)


def begin_fault(connection: Connection, kind: AlertType, alert_id: UUID, now: int) -> AlertRecord:
    """Raise an alert of the server's own, beginning now."""
    if connection.execute(select(cameras.c.id).where(cameras.c.id == SERVER_ID)).first() is None:
        row = {"id": SERVER_ID, "name": "Server", "token_hash": secrets.token_bytes(32), "created_at": now}
        connection.execute(insert(cameras), row)
    record = AlertRecord(
        id=alert_id,
        timestamp=now,
        type=kind.value,
        camera_id=SERVER_ID,
        ended_at=None,
        score=None,
        image_count=0,
        key_image_id=None,
        key_image_score=None,
        starred=False,
        clock_synchronized=True,
        reported_timestamp=None,
        boot_id=None,
        monotonic_seconds=None,
        received_at=now,
    )
    insert_alert(connection, record)
    count(connection, [Counted(SERVER_ID, now, alerts=1)])
    return record
