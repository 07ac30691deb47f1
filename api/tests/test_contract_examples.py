"""The contract's examples, which agents and viewers are tested against, are what this server takes and gives."""

import asyncio
import json
from datetime import datetime
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from api.clock import FakeClock, from_datetime, to_rfc3339
from api.ids import uuid7
from api.schemas.alert import Alert, AlertList, AlertPatch, NewAlert
from api.schemas.camera import Camera, CameraList, CameraPatch, Heartbeat, HeartbeatAnswer, OwnCamera
from api.schemas.camera_settings import (
    CameraSettingsView,
    CommandAnswer,
    CommandAnswers,
    HealthHistory,
    NewCommand,
    SettingsPatch,
    SettingsVersionList,
)
from api.schemas.common import Problem
from api.schemas.health import Readiness
from api.schemas.image import Image, ImageList, ImagePatch, ImageUpload
from api.schemas.live_updates import ServerMessage
from api.schemas.pairing import CameraToken, NewPairing, PairedCamera, Pairing, PairingClaim, PairingOffer
from api.schemas.session import Session, Setup, SetupState, SignIn
from api.tests import conformance
from api.tests.conformance import CONTRACT
from api.tests.support import CameraAccess, Server, at, jpeg, upload

EXAMPLES = CONTRACT / "examples"
SHAPES: dict[str, Any] = {
    "alert": Alert,
    "alert-list": AlertList,
    "alert-patch-by-camera": AlertPatch,
    "alert-patch-by-person": AlertPatch,
    "camera": Camera,
    "camera-list": CameraList,
    "camera-patch": CameraPatch,
    "camera-settings": CameraSettingsView,
    "command-answer": CommandAnswer,
    "command-answers": CommandAnswers,
    "fault": Alert,
    "health-history": HealthHistory,
    "camera-token": CameraToken,
    "heartbeat": Heartbeat,
    "heartbeat-answer": HeartbeatAnswer,
    "heartbeat-with-settings": Heartbeat,
    "image": Image,
    "image-list": ImageList,
    "image-patch": ImagePatch,
    "image-upload-fields": ImageUpload,
    "new-alert": NewAlert,
    "new-command": NewCommand,
    "new-pairing": NewPairing,
    "own-camera": OwnCamera,
    "paired-camera": PairedCamera,
    "pairing": Pairing,
    "pairing-claim": PairingClaim,
    "pairing-offer": PairingOffer,
    "problem": Problem,
    "readiness": Readiness,
    "session": Session,
    "settings-patch": SettingsPatch,
    "settings-version-list": SettingsVersionList,
    "setup": Setup,
    "setup-state": SetupState,
    "sign-in": SignIn,
    "ws-changes": ServerMessage,
    "ws-heartbeat": ServerMessage,
    "ws-hello": ServerMessage,
    "ws-resync": ServerMessage,
}


def example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def test_every_example_is_tried() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.json")} == set(SHAPES)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_the_server_s_own_shapes_read_each_example(name: str) -> None:
    TypeAdapter(SHAPES[name]).validate_python(example(name))


@pytest.mark.parametrize(
    "name", ["alert", "camera", "image", "session", "own-camera", "heartbeat-answer", "setup-state"]
)
def test_an_example_has_every_field_that_the_server_sends(name: str) -> None:
    properties = conformance.document()["components"]["schemas"][SHAPES[name].__name__]["properties"]
    assert set(example(name)) == set(properties)


def now_for(*instants: str) -> FakeClock:
    """A clock that has just passed the examples' times."""
    return FakeClock(max(from_datetime(datetime.fromisoformat(instant)) for instant in instants) + 1_000_000)


async def test_what_an_agent_sends_by_the_examples_is_taken(server: Server, clock: FakeClock) -> None:
    """An agent of the contract's first day goes through its whole life against the server of today."""
    camera = server.add_camera()
    client = server.client(camera)
    alert = {**example("new-alert"), "camera_id": str(camera.id)}
    fields = {**example("image-upload-fields"), "camera_id": str(camera.id), "alert_id": alert["id"]}
    clock.advance((now_for(alert["timestamp"], fields["timestamp"]).now() - clock.now()) / 1_000_000)
    assert (await client.post("/alerts", json=alert)).status_code == 201
    files = {
        "file": ("picture.jpg", jpeg(640, 360), "image/jpeg"),
        "thumbnail": ("t.jpg", jpeg(320, 180), "image/jpeg"),
    }
    taken = await client.post("/images", data=fields, files=files)
    assert taken.status_code == 201
    assert taken.json()["motion_boxes"] == [
        {side: pytest.approx(box[side]) for side in "xywh"} for box in json.loads(fields["motion_boxes"])
    ]
    patch = {**example("alert-patch-by-camera"), "key_image_id": taken.json()["id"]}
    if "ended_at" in patch:
        clock.advance(max(0, (now_for(patch["ended_at"]).now() - clock.now()) / 1_000_000))
    ended = await client.patch(f"/alerts/{alert['id']}", json=patch)
    assert (ended.status_code, ended.json()["image_count"]) == (200, 1)
    beat = await client.post(f"/cameras/{camera.id}/heartbeat", json=example("heartbeat"))
    assert beat.status_code == 200


async def test_what_a_viewer_sends_by_the_examples_is_taken(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    viewer = server.client()
    assert (await viewer.post("/setup", json=example("setup"))).status_code == 201
    sign_in = {**example("sign-in"), "name": example("setup")["name"], "password": example("setup")["password"]}
    assert (await viewer.post("/session", json=sign_in)).status_code == 200
    image = (await upload(as_camera, camera, jpeg(), clock)).json()
    body = {"camera_id": str(camera.id), "timestamp": at(clock), "type": "motion", "id": str(uuid7(clock.now()))}
    alert = (await as_camera.post("/alerts", json=body)).json()
    for url, name in (
        (f"/images/{image['id']}", "image-patch"),
        (f"/alerts/{alert['id']}", "alert-patch-by-person"),
        (f"/cameras/{camera.id}", "camera-patch"),
    ):
        changed = await viewer.patch(url, json=example(name))
        assert changed.status_code == 200
        assert changed.json() | example(name) == changed.json(), "each field it names has been changed"


def test_an_answer_outside_the_contract_would_be_noticed() -> None:
    """The hook that all tests rely on does fail: for a missing field, a wrong type, an undocumented status."""
    good = example("camera-list")

    def answer(status: int, body: Any, kind: str = "application/json") -> httpx.Response:
        request = httpx.Request("GET", "http://localhost/cameras")
        return httpx.Response(status, json=body, headers={"content-type": kind}, request=request)

    def checked(response: httpx.Response) -> None:
        asyncio.run(conformance.check(response))

    checked(answer(200, good))
    broken = [
        answer(200, {"items": []}),
        answer(200, {**good, "items": [{**good["items"][0], "online": "yes"}]}),
        answer(200, good, "text/html"),
        answer(201, good),
        answer(418, good),
        answer(401, {"detail": "no"}, "application/problem+json"),
        answer(404, {"detail": "no"}),
    ]
    for response in broken:
        with pytest.raises(AssertionError):
            checked(response)


def test_the_clock_writes_what_the_contract_shows() -> None:
    assert to_rfc3339(FakeClock(1_790_000_000_000_007).now()) == "2026-09-21T14:13:20.000007Z"
