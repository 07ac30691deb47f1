"""Honest time on the server: what a camera stamped without knowing the time is corrected as soon as its boot is known."""

from datetime import datetime
from typing import Any

import httpx

from api.clock import FakeClock, from_datetime, to_rfc3339
from api.models import activity
from api.tests.support import CameraAccess, Server, at, jpeg, raise_alert, upload

BOOT = "6f1f3a52-7f0a-4d0f-9c0a-2f4f0f3f9a11"
IN_1970 = "1970-01-01T00:01:40.000000Z"


async def say_when_it_began(
    client: httpx.AsyncClient, camera: CameraAccess, started_at: str, uncertainty: float
) -> None:
    boot = {"boot_id": BOOT, "started_at": started_at, "uncertainty_seconds": uncertainty}
    answer = await client.post(f"/cameras/{camera.id}/heartbeat", json={"agent_version": "1", "boot": boot})
    assert answer.status_code == 200


def unsure(seconds: float, **more: Any) -> dict[str, Any]:
    return {"clock_synchronized": False, "boot_id": BOOT, "monotonic_seconds": seconds, **more}


async def test_from_1970_to_the_true_time(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    booted = at(clock)
    clock.advance(100)
    alert = await raise_alert(as_camera, camera, clock, **unsure(20, timestamp=IN_1970))
    assert (alert["clock_synchronized"], alert["time_uncertainty_seconds"]) == (False, None)
    sent = unsure(21, timestamp=IN_1970, alert_id=alert["id"])
    image = (await upload(as_camera, camera, jpeg(seed=1), clock, **sent)).json()
    assert image["time_uncertainty_seconds"] is None
    clock.advance(100)
    await say_when_it_began(as_camera, camera, booted, 0.25)
    alert = (await as_owner.get(f"/alerts/{alert['id']}")).json()
    image = (await as_owner.get(f"/images/{image['id']}")).json()
    for found, seconds in ((alert, 20), (image, 21)):
        assert found["timestamp"] == at(clock, seconds - 200)
        assert (found["clock_synchronized"], found["time_uncertainty_seconds"]) == (True, 0.25)
    ended = await as_camera.patch(f"/alerts/{alert['id']}", json={"ended_at": at(clock, -150)})
    assert (ended.status_code, ended.json()["ended_at"]) == (200, at(clock, -150))


async def test_a_clock_that_is_a_day_ahead_or_behind_is_corrected_too(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    booted = at(clock)
    clock.advance(1000)
    ids = []
    for seconds, stated in ((10, at(clock, -86400)), (20, at(clock, 200)), (30, "2099-01-01T00:00:00Z")):
        ids.append((await raise_alert(as_camera, camera, clock, **unsure(seconds, timestamp=stated)))["id"])
    await say_when_it_began(as_camera, camera, booted, 1.5)
    found = [(await as_owner.get(f"/alerts/{each}")).json()["timestamp"] for each in ids]
    assert found == [at(clock, seconds - 1000) for seconds in (10, 20, 30)]


async def test_counts_move_along(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    booted = at(clock)
    clock.advance(7200)
    await upload(as_camera, camera, jpeg(seed=1), clock, **unsure(5, timestamp=IN_1970))
    await say_when_it_began(as_camera, camera, booted, 0.1)
    first = from_datetime(datetime.fromisoformat(booted))
    query = {"bucket": "hour", "from": to_rfc3339(first - 3_600_000_000), "to": at(clock, 60)}
    items = (await as_owner.get("/timeline", params=query)).json()
    assert "1" in str(items)
    rows = server.transaction(lambda connection: connection.execute(activity.select()).all())
    assert {row.started_at > first for row in rows if row.images} == {False}


async def test_a_better_known_boot_does_not_move_what_was_certain(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert = await raise_alert(as_camera, camera, clock, boot_id=BOOT, monotonic_seconds=5, time_uncertainty_seconds=0.4)
    assert (alert["clock_synchronized"], alert["time_uncertainty_seconds"]) == (True, 0.4)
    await say_when_it_began(as_camera, camera, at(clock, -1000), 0.01)
    assert (await as_owner.get(f"/alerts/{alert['id']}")).json() == alert


async def test_a_time_that_may_be_far_off_is_never_shown_as_certain(
    camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    for uncertainty, certain in ((0.1, True), (5.0, True), (5.1, False), (3600, False)):
        alert = await raise_alert(as_camera, camera, clock, time_uncertainty_seconds=uncertainty)
        assert (alert["clock_synchronized"], alert["time_uncertainty_seconds"]) == (certain, uncertainty)


async def test_nothing_is_moved_past_its_arrival_and_an_impossible_boot_is_passed_over(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert = await raise_alert(as_camera, camera, clock, **unsure(5000, timestamp=IN_1970))
    for impossible in ("1970-01-01T00:00:00Z", at(clock, 86400)):
        await say_when_it_began(as_camera, camera, impossible, 0.1)
        assert (await as_owner.get(f"/alerts/{alert['id']}")).json()["clock_synchronized"] is False
    arrived = at(clock)
    await say_when_it_began(as_camera, camera, at(clock, -10), 0.1)
    assert (await as_owner.get(f"/alerts/{alert['id']}")).json()["timestamp"] == arrived


async def test_another_camera_s_boot_moves_nothing(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert = await raise_alert(as_camera, camera, clock, **unsure(5, timestamp=IN_1970))
    other = server.add_camera("Garden")
    await say_when_it_began(server.client(other), other, at(clock, -10), 0.1)
    assert (await as_owner.get(f"/alerts/{alert['id']}")).json() == alert
