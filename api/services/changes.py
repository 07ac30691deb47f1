"""What viewers are told of a committed change, encoded once for all of them. Pure functions: a write announces with them."""

from uuid import UUID

import orjson

from api.broadcast import Change
from api.models import AlertRecord, ImageRecord
from api.schemas.alert import alert_core_view
from api.schemas.camera import Camera
from api.schemas.image import image_view
from api.schemas.live_updates import Action, AlertChange, CameraChange, ImageChange, ReviewChange


def image_change(record: ImageRecord, action: Action) -> Change:
    change: ImageChange = {
        "kind": "image",
        "action": action,
        "image_id": record.id,
        "camera_id": record.camera_id,
        "image": None if action == "deleted" else image_view(record),
    }
    return Change(record.camera_id, orjson.dumps(change))


def alert_change(record: AlertRecord, action: Action) -> Change:
    change: AlertChange = {
        "kind": "alert",
        "action": action,
        "alert_id": record.id,
        "camera_id": record.camera_id,
        "alert": None if action == "deleted" else alert_core_view(record),
    }
    return Change(record.camera_id, orjson.dumps(change))


def camera_change(camera: Camera, action: Action) -> Change:
    change: CameraChange = {"kind": "camera", "action": action, "camera_id": camera["id"], "camera": camera}
    return Change(camera["id"], orjson.dumps(change))


def review_change(alert: AlertRecord, person_id: UUID, *, reviewed: bool) -> Change:
    """Told only to the person whose review it is."""
    change: ReviewChange = {
        "kind": "review",
        "action": "updated",
        "alert_id": alert.id,
        "camera_id": alert.camera_id,
        "reviewed": reviewed,
    }
    return Change(alert.camera_id, orjson.dumps(change), user_id=person_id)
