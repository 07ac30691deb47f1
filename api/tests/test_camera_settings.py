"""Remote settings: versions with undo, validation that no camera could be hurt by, and what the camera makes of them."""

from typing import Any

import httpx
import pytest

from api.clock import FakeClock
from api.models import Role
from api.tests.support import CameraAccess, Server, at

ZONE = [[0.1, 0.2], [0.9, 0.2], [0.9, 0.8]]


class Socket:
    """A camera that is connected to this process; `answer` may answer a command at once."""

    def __init__(self, server: Server, camera: CameraAccess) -> None:
        self.sent: list[dict[str, Any]] = []
        self.closed: int | None = None
        self.answer: dict[str, Any] | None = None
        self._control = server.app.state.services.control
        self._camera = camera

    async def send(self, message: Any) -> None:
        self.sent.append(dict(message))
        if message["type"] == "command" and self.answer is not None:
            await self.say(type="command_result", id=message["id"], **self.answer)

    async def close(self, code: int) -> None:
        self.closed = code

    async def say(self, **message: Any) -> None:
        await self._control.received(self._camera.id, message)


async def connected(server: Server, camera: CameraAccess) -> Socket:
    socket = Socket(server, camera)
    await server.app.state.services.control.connected(camera.id, socket)
    return socket


def path(camera: CameraAccess, rest: str = "") -> str:
    return f"/cameras/{camera.id}/settings{rest}"


async def test_nobody_has_changed_anything(camera: CameraAccess, as_owner: httpx.AsyncClient) -> None:
    found = (await as_owner.get(path(camera))).json()
    assert (found["version"], found["state"], found["report"], found["changed_by"]) == (0, "applied", None, None)
    assert set(found["settings"].values()) == {None}
    assert (await as_owner.get(path(camera, "/versions"))).json()["items"] == []


async def test_a_change_is_a_version_and_can_be_taken_back(
    camera: CameraAccess, as_owner: httpx.AsyncClient, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    first = await as_owner.patch(path(camera), json={"sensitivity": 0.8, "zones": [ZONE]})
    assert (first.status_code, first.json()["version"], first.json()["state"]) == (200, 1, "waiting")
    clock.advance(60)
    second = (await as_owner.patch(path(camera), json={"sensitivity": None, "quiet_seconds": 9})).json()
    assert (second["version"], second["changed_at"]) == (2, at(clock))
    settings = second["settings"]
    assert (settings["sensitivity"], settings["zones"], settings["quiet_seconds"]) == (None, [ZONE], 9)
    assert (await as_camera.get(path(camera))).json() == second
    restored = (await as_owner.post(path(camera, "/versions/1/restore"))).json()
    assert (restored["version"], restored["restored_from"]) == (3, 1)
    assert (restored["settings"]["sensitivity"], restored["settings"]["quiet_seconds"]) == (0.8, None)
    versions = (await as_owner.get(path(camera, "/versions"))).json()["items"]
    assert [(each["version"], each["changed_fields"]) for each in versions] == [
        (3, ["sensitivity", "quiet_seconds"]),
        (2, ["sensitivity", "quiet_seconds"]),
        (1, ["sensitivity", "zones"]),
    ]
    everything_back = (await as_owner.post(path(camera, "/versions/0/restore"))).json()
    assert set(everything_back["settings"].values()) == {None}
    assert (await as_owner.post(path(camera, "/versions/77/restore"))).status_code == 404


async def test_no_change_makes_no_version(camera: CameraAccess, as_owner: httpx.AsyncClient) -> None:
    for _ in range(2):
        assert (await as_owner.patch(path(camera), json={"sensitivity": 0.8})).json()["version"] == 1


async def test_two_people_do_not_undo_each_other_unseen(camera: CameraAccess, as_owner: httpx.AsyncClient) -> None:
    assert (await as_owner.patch(path(camera), json={"sensitivity": 0.8, "base_version": 0})).status_code == 200
    late = await as_owner.patch(path(camera), json={"sensitivity": 0.1, "base_version": 0})
    assert (late.status_code, late.json()["code"]) == (409, "settings_changed")
    assert (await as_owner.get(path(camera))).json()["settings"]["sensitivity"] == 0.8


WRONG: list[dict[str, Any]] = [
    {},
    {"base_version": 0},
    {"brick": True},
    {"sensitivity": 2},
    {"sensitivity": "NaN"},
    {"zones": [[[0, 0], [1, 1]]]},
    {"zones": [[[0, 0], [0.5, 0.5], [1, 1]]]},
    {"zones": [[[0, 0], [1, 1], [1, 0], [0, 1]]]},
    {"masks": [[[0, 0], [2, 0], [0, 2]]]},
    {"masks": [ZONE] * 33},
    {"privacy_masks": [[[0, 0]] * 65]},
    {"trigger": "magic"},
    {"picture_width": 1280},
    {"picture_width": 10**9, "picture_height": 10**9},
    {"quiet_seconds": 0},
    {"still_every_seconds": 1},
    {"schedule": [{"days": [], "start": "22:00", "end": "06:00"}]},
    {"schedule": [{"days": ["mon"], "start": "25:00", "end": "06:00"}]},
    {"schedule": [{"days": ["mon"], "start": "06:00", "end": "06:00"}]},
    {"schedule": [{"days": ["noday"], "start": "22:00", "end": "06:00"}]},
]


async def test_what_makes_no_sense_is_refused(camera: CameraAccess, as_owner: httpx.AsyncClient) -> None:
    for wrong in WRONG:
        refused = await as_owner.patch(path(camera), json=wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request"), wrong
    assert (await as_owner.get(path(camera))).json()["version"] == 0


async def test_half_a_size_is_refused_also_against_what_is_stored(
    camera: CameraAccess, as_owner: httpx.AsyncClient
) -> None:
    both = {"picture_width": 640, "picture_height": 480}
    assert (await as_owner.patch(path(camera), json=both)).status_code == 200
    assert (await as_owner.patch(path(camera), json={"picture_width": None, "picture_height": None})).status_code == 200
    assert (await as_owner.patch(path(camera), json={"picture_height": 480})).status_code == 422


async def test_only_an_admin_may_change(server: Server, camera: CameraAccess) -> None:
    for role, status in ((Role.ADMIN, 200), (Role.MEMBER, 403), (Role.VIEWER, 403)):
        client = server.client(server.add_person(role))
        assert (await client.patch(path(camera), json={"sensitivity": 0.1})).status_code == status
        assert (await client.post(path(camera, "/versions/0/restore"))).status_code == status
        assert (await client.get(path(camera))).status_code == 200


async def test_a_camera_reads_its_own_settings_alone(server: Server, camera: CameraAccess) -> None:
    other = server.client(server.add_camera("Garden"))
    assert (await other.get(path(camera))).json()["code"] == "foreign_camera"


async def test_a_connected_camera_is_told_at_once(
    server: Server, camera: CameraAccess, as_owner: httpx.AsyncClient
) -> None:
    socket = await connected(server, camera)
    await as_owner.patch(path(camera), json={"sensitivity": 0.8})
    [told] = socket.sent
    assert (told["type"], told["version"], told["settings"]["sensitivity"]) == ("settings", 1, 0.8)
    assert told["time_zone"]


async def test_what_the_camera_made_of_it_is_shown(
    server: Server, camera: CameraAccess, as_owner: httpx.AsyncClient, as_camera: httpx.AsyncClient
) -> None:
    socket = await connected(server, camera)
    await as_owner.patch(path(camera), json={"sensitivity": 0.8})
    applying = {"type": "settings_report", "applied_version": 0, "applying_version": 1, "effective": {}}
    await socket.say(**applying)
    assert (await as_owner.get(path(camera))).json()["state"] == "applying"
    failed = {"version": 1, "code": "no_picture", "reason": "No picture came."}
    await socket.say(**applying | {"applying_version": None, "rolled_back": failed})
    assert (await as_owner.get(path(camera))).json()["state"] == "rolled_back"
    assert (await as_owner.get(f"/cameras/{camera.id}")).json()["settings_state"] == "rolled_back"
    # The heartbeat says the same, so that a lost message heals.
    report = {"applied_version": 1, "effective": {"sensitivity": 0.8, "unknown": 1}, "armed_now": False}
    beat = {"agent_version": "1", "settings": report}
    answer = await as_camera.post(f"/cameras/{camera.id}/heartbeat", json=beat)
    assert answer.json()["settings_version"] == 1
    found = (await as_owner.get(path(camera))).json()
    assert (found["state"], found["report"]["effective"]) == ("applied", {"sensitivity": 0.8})
    assert (await as_owner.get(f"/cameras/{camera.id}")).json()["armed_now"] is False


async def test_a_report_that_makes_no_sense_changes_nothing(
    server: Server, camera: CameraAccess, as_owner: httpx.AsyncClient
) -> None:
    socket = await connected(server, camera)
    for nonsense in ({}, {"applied_version": -1}, {"applied_version": 1, "effective": {"zones": float("nan")}}):
        await socket.say(type="settings_report", **nonsense)
    found = (await as_owner.get(path(camera))).json()["report"]
    assert found is None or found["effective"] == {}


async def test_arming_all_is_one_call_and_survives_cameras_that_are_away(
    server: Server, camera: CameraAccess, as_owner: httpx.AsyncClient
) -> None:
    away = server.add_camera("Garden")
    socket = await connected(server, camera)
    answers = (await as_owner.post("/cameras/disarm")).json()["items"]
    assert {answer["camera_id"]: answer["state"] for answer in answers} == {
        str(camera.id): "done",
        str(away.id): "waiting",
    }
    assert socket.sent[-1]["settings"]["armed"] is False
    assert {each["armed"] for each in (await as_owner.get("/cameras")).json()["items"]} == {False}
    assert (await server.client(away).get(path(away))).json()["settings"]["armed"] is False
    one = await as_owner.post(f"/cameras/{away.id}/commands", json={"command": "arm"})
    assert (one.json()["state"], one.json()["settings_version"]) == ("waiting", 2)
    await as_owner.post("/cameras/arm")
    assert {each["armed"] for each in (await as_owner.get("/cameras")).json()["items"]} == {True}


async def test_a_snapshot_is_answered_with_what_came_of_it(
    server: Server, camera: CameraAccess, as_owner: httpx.AsyncClient
) -> None:
    commands = f"/cameras/{camera.id}/commands"
    away = await as_owner.post(commands, json={"command": "snapshot"})
    assert (away.status_code, away.json()["code"]) == (409, "camera_offline")
    socket = await connected(server, camera)
    alert_id = "019ab1c2-7d10-7a3b-8c55-0123456789ab"
    socket.answer = {"ok": True, "alert_id": alert_id}
    done = (await as_owner.post(commands, json={"command": "snapshot"})).json()
    assert (done["state"], done["alert_id"], done["message"]) == ("done", alert_id, "A picture was taken.")
    socket.answer = {"ok": False, "code": "no_light", "message": "It has no light."}
    refused = await as_owner.post(commands, json={"command": "identify"})
    assert (refused.status_code, refused.json()["code"], refused.json()["detail"]) == (
        409,
        "no_light",
        "It has no light.",
    )


async def test_a_camera_that_does_not_answer_is_not_waited_for_long(
    server: Server, camera: CameraAccess, as_owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.services.camera_commands._ANSWER_SECONDS", 0.05)
    await connected(server, camera)
    silent = await as_owner.post(f"/cameras/{camera.id}/commands", json={"command": "restart"})
    assert (silent.status_code, silent.json()["code"]) == (503, "camera_silent")


async def test_who_may_command(server: Server, camera: CameraAccess) -> None:
    for role, command, status in (
        (Role.MEMBER, "snapshot", 409),
        (Role.MEMBER, "restart", 403),
        (Role.MEMBER, "disarm", 200),
        (Role.VIEWER, "snapshot", 403),
        (Role.VIEWER, "disarm", 403),
    ):
        client = server.client(server.add_person(role))
        answer = await client.post(f"/cameras/{camera.id}/commands", json={"command": command})
        assert answer.status_code == status, (role, command)


async def test_the_log_says_who_disarmed_and_what_was_changed(
    camera: CameraAccess, as_owner: httpx.AsyncClient, server: Server, clock: FakeClock
) -> None:
    before = len((await as_owner.get("/audit")).json()["items"])
    member = server.client(server.add_person(Role.MEMBER))
    assert (await member.post(f"/cameras/{camera.id}/commands", json={"command": "disarm"})).status_code == 200
    assert (await member.post(f"/cameras/{camera.id}/commands", json={"command": "disarm"})).status_code == 200
    clock.advance(1)
    await as_owner.patch(path(camera), json={"sensitivity": 0.8, "zones": [ZONE]})
    clock.advance(1)
    await as_owner.post(path(camera, "/versions/1/restore"))
    items = (await as_owner.get("/audit")).json()["items"]
    said = [(item["action"], item["target"], item["details"]) for item in items[: len(items) - before]]
    target = f"camera:{camera.id}"
    assert said == [
        ("camera_changed", target, {"restored_settings": 1}),
        ("camera_changed", target, {"settings": ["sensitivity", "zones"]}),
        ("camera_changed", target, {"settings": ["armed"], "armed": False}),
    ], "what changes nothing is not said"
