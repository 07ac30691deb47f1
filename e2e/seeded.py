"""Many events on a running server, by its own ingest: a camera's alerts with pictures from the sample footage."""

import io
import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from PIL import Image

from e2e.footage import YARD, frames_of
from e2e.site import Site


def _jpeg(number: int) -> bytes:
    frames = frames_of(YARD)
    with io.BytesIO() as out:
        Image.fromarray(frames[number * 11 % len(frames)]).save(out, "JPEG", quality=80)
        return out.getvalue()


class SeededCamera:
    """A camera without an agent: what it says is what a test makes it say."""

    def __init__(self, site: Site, name: str) -> None:
        token = site.create_camera(name).read_text(encoding="ascii")
        self._client = httpx.Client(base_url=site.url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        self.id: str = next(
            camera["id"] for camera in site.owner.get("/cameras").json()["items"] if camera["name"] == name
        )

    def close(self) -> None:
        self._client.close()

    def event(self, at: datetime, *, pictures: int = 1, kind: str = "motion", number: int = 0) -> str:
        """One event that began at `at` and lasted 20 s, with its pictures; its id."""
        body: dict[str, Any] = {
            "id": str(uuid.uuid4()),
            "camera_id": self.id,
            "timestamp": at.isoformat(),
            "ended_at": (at + timedelta(seconds=20)).isoformat(),
            "type": kind,
            "triggered_at": (at - timedelta(milliseconds=90)).isoformat(),
            "score": 0.5,
        }
        answer = self._client.post("/alerts", json=body)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        for place in range(pictures):
            self.picture(body["id"], at + timedelta(seconds=place), number + place)
        return str(body["id"])

    def picture(self, alert_id: str, at: datetime, number: int = 0) -> None:
        fields = {
            "camera_id": self.id,
            "timestamp": at.isoformat(),
            "alert_id": alert_id,
            "motion_boxes": json.dumps([{"x": 0.4, "y": 0.3, "w": 0.15, "h": 0.4}]),
        }
        files = {"file": ("picture.jpg", _jpeg(number), "image/jpeg")}
        answer = self._client.post("/images", data=fields, files=files)
        assert answer.status_code == httpx.codes.CREATED, answer.text


def cookies_of(site: Site) -> Sequence[Any]:
    """The owner's session, for a browser."""
    return [{"name": cookie.name, "value": cookie.value or "", "url": site.url} for cookie in site.owner.cookies.jar]


def minutes_ago(minutes: float) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)
