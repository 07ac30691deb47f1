"""Cameras: who they are, how they are, and when they count as gone."""

from typing import Any

import httpx
import pytest

from api.clock import FakeClock
from api.models import Role
from api.tests.support import CameraAccess, Server, at, jpeg, statements, upload

HEALTH: dict[str, Any] = {
    "uptime_seconds": 12.5,
    "temperature_celsius": 61.2,
    "throttled": False,
    "under_voltage": True,
    "wifi_signal_dbm": -61,
    "disk_free_bytes": 2**40,
    "spool_files": 3,
    "spool_bytes": 700_000,
    "set_aside_files": 0,
    "dropped_from_at": "2026-11-22T03:10:04.250000Z",
    "spool_written_today_bytes": 4096,
    "clock_synchronized": True,
    "frame_age_seconds": 0.04,
    "source": "replay",
    "capture_state": "idle",
}


async def beat(client: httpx.AsyncClient, camera: CameraAccess, **health: Any) -> httpx.Response:
    return await client.post(f"/cameras/{camera.id}/heartbeat", json={"agent_version": "0.1.0", "health": health})


async def test_a_camera_learns_who_it_is_from_its_token(camera: CameraAccess, as_camera: httpx.AsyncClient) -> None:
    assert (await as_camera.get("/cameras/self")).json() == {"id": str(camera.id), "name": "Porch"}


async def test_a_new_camera_has_not_been_heard_of(
    camera: CameraAccess, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    expected = {
        "id": str(camera.id),
        "name": "Porch",
        "created_at": at(clock),
        "online": False,
        "last_seen_at": None,
        "last_alert_at": None,
        "latest_image_id": None,
        "agent_version": None,
        "health": None,
        "retention_days": None,
        "retention_bytes": None,
        "armed": True,
        "armed_now": True,
        "settings_version": 0,
        "settings_state": "applied",
        "revoked_at": None,
    }
    assert (await as_owner.get(f"/cameras/{camera.id}")).json() == expected
    assert (await as_owner.get("/cameras")).json() == {"items": [expected], "next_cursor": None}


async def test_a_heartbeat_says_how_it_is_and_is_answered_with_the_time(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    response = await beat(as_camera, camera, **HEALTH, new_in_2031="kept out", nothing=None)
    assert (response.status_code, response.json()) == (200, {"server_time": at(clock), "settings_version": 0})
    shown = (await as_owner.get(f"/cameras/{camera.id}")).json()
    assert shown["health"] == HEALTH
    assert (shown["agent_version"], shown["online"], shown["last_seen_at"]) == ("0.1.0", True, at(clock))
    await beat(as_camera, camera, throttled=True)
    assert (await as_owner.get(f"/cameras/{camera.id}")).json()["health"] == {"throttled": True}


async def test_three_missed_heartbeats_are_offline(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    await beat(as_camera, camera)
    for passed, online in ((74, True), (1, True), (0.000001, False)):
        clock.advance(passed)
        assert (await as_owner.get(f"/cameras/{camera.id}")).json()["online"] is online, passed
    await beat(as_camera, camera)
    assert (await as_owner.get("/cameras")).json()["items"][0]["online"] is True


async def test_uploads_are_a_sign_of_life_but_not_a_write_each(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    first = at(clock)
    await upload(as_camera, camera, jpeg(seed=1), clock)
    clock.advance(9)
    await upload(as_camera, camera, jpeg(seed=2), clock)
    assert (await as_owner.get(f"/cameras/{camera.id}")).json()["last_seen_at"] == first
    clock.advance(1)
    await upload(as_camera, camera, jpeg(seed=3), clock)
    assert (await as_owner.get(f"/cameras/{camera.id}")).json()["last_seen_at"] == at(clock)


async def test_the_newest_by_time_of_capture_is_the_latest(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    newest = (await upload(as_camera, camera, jpeg(seed=1), clock)).json()
    await upload(as_camera, camera, jpeg(seed=2), clock, timestamp=at(clock, -3600))
    for seconds in (-5, -50):
        sent = {"timestamp": at(clock, seconds), "type": "motion", "camera_id": str(camera.id)}
        await as_camera.post("/alerts", json=sent)
    shown = (await as_owner.get(f"/cameras/{camera.id}")).json()
    assert (shown["latest_image_id"], shown["last_alert_at"]) == (newest["id"], at(clock, -5))


async def test_the_list_is_by_name_and_takes_a_fixed_number_of_statements(
    server: Server, as_owner: httpx.AsyncClient
) -> None:
    for name in ("Yard", "Attic", "Porch"):
        server.add_camera(name)
    await as_owner.get("/session")
    with statements() as seen:
        items = (await as_owner.get("/cameras")).json()["items"]
    assert [item["name"] for item in items] == ["Attic", "Porch", "Yard"]
    assert len(seen) == 1, "the cameras; the session is remembered"


@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 200), (Role.MEMBER, 403), (Role.VIEWER, 403)])
async def test_who_may_rename(server: Server, camera: CameraAccess, role: Role, status: int) -> None:
    client = server.client(server.add_person(role))
    response = await client.patch(f"/cameras/{camera.id}", json={"name": "  Back door "})
    assert response.status_code == status
    name = (await client.get(f"/cameras/{camera.id}")).json()["name"]
    assert name == ("Back door" if status == 200 else "Porch")


NAMES = [
    "<script>alert(1)</script>",
    "'; DROP TABLE cameras; --",
    "$(touch x) `id` {{7*7}} ${7*7} %s %n",
    "../../etc/passwd",
    "\u202egnp.exe",
    "Ünïcödé \U0001f4f7 門",
    '"quoted" \\back\\slash',
    "null",
    "x" * 80,
]


async def test_a_name_is_a_text_and_nothing_else(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient
) -> None:
    for name in NAMES:
        assert (await as_owner.patch(f"/cameras/{camera.id}", json={"name": name})).json()["name"] == name
        assert (await as_camera.get("/cameras/self")).json()["name"] == name
        assert (await as_owner.get("/cameras")).json()["items"][0]["name"] == name


async def test_another_camera_s_heartbeat_is_refused(server: Server, camera: CameraAccess) -> None:
    other = server.client(server.add_camera("Garden"))
    response = await beat(other, camera)
    assert (response.status_code, response.json()["code"]) == (403, "foreign_camera")
