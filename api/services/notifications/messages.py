"""What a message says. English for now; the words of the screen's catalogue are the client's."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from api.clock import to_datetime
from api.models import AlertRecord, ChannelRecord, JobRecord, Phase
from api.notify import Message
from api.schemas.alert import alert_core_view

_TITLES = {
    "motion": "Motion",
    "pir": "Motion sensor",
    "person": "Person",
    "vehicle": "Vehicle",
    "animal": "Animal",
    "manual": "Picture taken by hand",
    "tamper": "Camera covered or moved",
    "offline": "Camera offline",
    "hot": "Camera too hot",
    "low_voltage": "Power too low",
    "disk": "Storage running full",
    "clock": "Clock not set",
}
_MOST_CAMERAS = 3
NOBODY = UUID(int=0)


def alert_message(
    job: JobRecord,
    alert: AlertRecord,
    camera_name: str,
    zone: ZoneInfo,
    *,
    picture: bytes | None,
    public_url: str | None,
    seconds_left: int,
) -> Message:
    """The message of an alert. The time is the camera's, in the site's time zone."""
    at = to_datetime(alert.timestamp).astimezone(zone)
    title = f"{_TITLES.get(alert.type, alert.type)} - {camera_name}"
    text = at.strftime("%H:%M:%S") if alert.clock_synchronized else at.strftime("about %H:%M, the clock was not set")
    path = f"/events/{alert.id}"
    assert job.thread_id is not None
    return Message(
        id=job.id,
        phase=Phase(job.phase),
        thread_id=job.thread_id,
        title=title,
        text=text,
        path=path,
        link=_link(public_url, path),
        picture=picture,
        urgent=job.phase == Phase.NEW,
        expires_in_seconds=seconds_left,
        alert=_plain(alert),
        camera_name=camera_name,
    )


def digest_message(
    job: JobRecord, held: Sequence[JobRecord], cameras: Mapping[UUID, str], public_url: str | None, seconds_left: int
) -> Message:
    """One message for many that were held back."""
    alerts = {item.alert_id: item for item in held if item.alert_id is not None}
    counted = Counter(cameras.get(item.camera_id or NOBODY, "a camera that is gone") for item in alerts.values())
    named = ", ".join(f"{count} at {name}" for name, count in counted.most_common(_MOST_CAMERAS))
    rest = sum(counted.values()) - sum(count for _, count in counted.most_common(_MOST_CAMERAS))
    how_many = f"{len(alerts)} more event{'' if len(alerts) == 1 else 's'}"
    title = f"While you could not be reached: {how_many}" if job.phase == Phase.DIGEST else how_many
    return _plain_message(job, title, named + (f", {rest} elsewhere" if rest else ""), public_url, seconds_left)


def channel_dead_message(job: JobRecord, public_url: str | None, seconds_left: int) -> Message:
    name, reason = job.body["channel_name"], job.body["reason"] or ""
    text = f'Nothing reaches you by "{name}" any more. {reason} Set it up again in Settings, Notifications.'
    return _plain_message(job, f"{name} no longer works", text, public_url, seconds_left, "/settings/notifications")


def test_message(job: JobRecord, channel: ChannelRecord, public_url: str | None) -> Message:
    text = f"This is how {channel.name} tells you what your cameras see."
    return _plain_message(job, "It works", text, public_url, 600)


def _plain_message(
    job: JobRecord, title: str, text: str, public_url: str | None, seconds_left: int, path: str = "/"
) -> Message:
    assert job.thread_id is not None
    return Message(
        id=job.id,
        phase=Phase(job.phase),
        thread_id=job.thread_id,
        title=title,
        text=text,
        path=path,
        link=_link(public_url, path),
        picture=None,
        urgent=job.phase in {Phase.CHANNEL_DEAD, Phase.TEST},
        expires_in_seconds=seconds_left,
    )


def _link(public_url: str | None, path: str) -> str | None:
    return None if public_url is None else public_url.rstrip("/") + path


def _plain(alert: AlertRecord) -> dict[str, object]:
    return {
        name: value if value is None or isinstance(value, (int, float, bool)) else str(value)
        for name, value in alert_core_view(alert).items()
    }
