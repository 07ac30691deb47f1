"""The wire contract as the camera speaks it: the only module that knows paths and field names. It builds, it does not send.

What the server answers is judged in `delivery`. The examples in `contract/examples/` are checked against this module.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from auxiliary.clock import rfc3339
from auxiliary.records import AlertEnded, AlertOpened, KeyPicture, Picture, Record, Stamp

Part = tuple[str, bytes, str, Mapping[str, str]]

SELF_PATH = "/cameras/self"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request without its address and credential: JSON, or a form with files."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Part] = field(default_factory=dict)


def request_for(
    record: Record, camera_id: str, *, stamp: Stamp | None = None, jpeg: bytes = b"", thumbnail: bytes | None = None
) -> Request:
    """The request that delivers a record. `stamp` replaces the record's own where the clock has been corrected since."""
    match record:
        case AlertOpened():
            at = _stamp_fields(stamp or record.stamp)
            body = {"id": record.alert_id, "type": record.alert_type, "camera_id": camera_id, **at}
            return Request("POST", "/alerts", body | _optional(score=_score(record.score)))
        case AlertEnded():
            ended_at = rfc3339((stamp or record.stamp).wall_ns)
            return Request("PATCH", _alert(record), {"ended_at": ended_at} | _optional(score=_score(record.score)))
        case KeyPicture():
            return Request("PATCH", _alert(record), {"key_image_id": record.image_id})
        case Picture():
            return _picture(record, camera_id, stamp or record.stamp, jpeg, thumbnail)


def heartbeat(
    camera_id: str,
    agent_version: str,
    health: Mapping[str, Any],
    *,
    boot: tuple[str, int, float] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Request:
    """The camera's sign of life. `boot`: its id, the wall time (ns) at which it began, to within how many seconds."""
    body: dict[str, Any] = {"agent_version": agent_version, "health": dict(health)}
    if boot is not None:
        body["boot"] = {"boot_id": boot[0], "started_at": rfc3339(boot[1]), "uncertainty_seconds": round(boot[2], 3)}
    return Request("POST", f"/cameras/{camera_id}/heartbeat", body | _optional(settings=settings))


def own_settings(camera_id: str) -> Request:
    """Ask for the newest settings that people want of this camera."""
    return Request("GET", f"/cameras/{camera_id}/settings")


def claim(code: str, name: str | None, nonce: str) -> Request:
    """Become a camera, with the code of a pairing. The same nonce again is the same claim."""
    return Request("POST", "/pairings/claim", {"code": code, "nonce": nonce} | _optional(name=name))


def server_time_ns(headers: Mapping[str, str]) -> int | None:
    """The server's clock by the `Date` of its answer, cut to the second there: half a second more is the best guess."""
    try:
        date = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return None
    return round(date.replace(tzinfo=date.tzinfo or UTC).timestamp()) * 1_000_000_000 + 500_000_000


def _picture(picture: Picture, camera_id: str, stamp: Stamp, jpeg: bytes, thumbnail: bytes | None) -> Request:
    fields = {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in _stamp_fields(stamp).items()
    }
    fields |= {"id": picture.image_id, "camera_id": camera_id}
    if picture.alert_id is not None:
        fields["alert_id"] = picture.alert_id
    if picture.score is not None:
        fields["score"] = json.dumps(_score(picture.score))
    if picture.boxes:
        fields["motion_boxes"] = json.dumps([_box(box.x, box.y, box.w, box.h) for box in picture.boxes])
    digest = base64.b64encode(hashlib.sha256(jpeg).digest()).decode("ascii")
    files: dict[str, Part] = {
        "file": (picture.filename, jpeg, "image/jpeg", {"Content-Digest": f"sha-256=:{digest}:"}),
    }
    if thumbnail is not None:
        files["thumbnail"] = ("thumbnail.jpg", thumbnail, "image/jpeg", {})
    return Request("POST", "/images", None, fields, files)


def _stamp_fields(stamp: Stamp) -> dict[str, Any]:
    monotonic = None if stamp.monotonic_ns is None else round(stamp.monotonic_ns / 1e9, 6)
    fields: dict[str, Any] = {"timestamp": rfc3339(stamp.wall_ns), "clock_synchronized": stamp.clock_synchronized}
    uncertainty = None if stamp.uncertainty_seconds is None else round(stamp.uncertainty_seconds, 3)
    return fields | _optional(boot_id=stamp.boot_id, monotonic_seconds=monotonic, time_uncertainty_seconds=uncertainty)


def _box(x: float, y: float, w: float, h: float) -> dict[str, float]:
    """Inside the picture whatever rounding did: the server refuses a box that leaves it."""
    left, top = min(max(round(x, 4), 0.0), 1.0), min(max(round(y, 4), 0.0), 1.0)
    return {"x": left, "y": top, "w": round(min(w, 1 - left), 4), "h": round(min(h, 1 - top), 4)}


def _score(score: float | None) -> float | None:
    return None if score is None else round(min(max(score, 0.0), 1.0), 4)


def _optional(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _alert(record: AlertEnded | KeyPicture) -> str:
    return f"/alerts/{record.alert_id}"
