"""Announces committed changes to the viewers, each encoded once."""

from uuid import UUID

import orjson

from api.broadcast import Change, EventBus
from api.models import AlertRecord, ImageRecord
from api.schemas.alert import alert_core_view
from api.schemas.camera import Camera
from api.schemas.image import image_view
from api.schemas.live_updates import Action, AlertChange, CameraChange, ImageChange, ReviewChange


class Changes:
    """One method a kind of change. Call them on the event loop, after the commit."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus

    def image(self, record: ImageRecord, action: Action) -> None:
        change: ImageChange = {
            "kind": "image",
            "action": action,
            "image_id": record.id,
            "camera_id": record.camera_id,
            "image": image_view(record),
        }
        self._bus.publish(Change(record.camera_id, orjson.dumps(change)))

    def alert(self, record: AlertRecord, action: Action) -> None:
        change: AlertChange = {
            "kind": "alert",
            "action": action,
            "alert_id": record.id,
            "camera_id": record.camera_id,
            "alert": alert_core_view(record),
        }
        self._bus.publish(Change(record.camera_id, orjson.dumps(change)))

    def camera(self, camera: Camera, action: Action) -> None:
        change: CameraChange = {"kind": "camera", "action": action, "camera_id": camera["id"], "camera": camera}
        self._bus.publish(Change(camera["id"], orjson.dumps(change)))

    def review(self, alert: AlertRecord, person_id: UUID, *, reviewed: bool) -> None:
        change: ReviewChange = {
            "kind": "review",
            "action": "updated",
            "alert_id": alert.id,
            "camera_id": alert.camera_id,
            "reviewed": reviewed,
        }
        self._bus.publish(Change(alert.camera_id, orjson.dumps(change), user_id=person_id))
