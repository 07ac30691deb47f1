"""Alerts: begun and ended by cameras, told apart in time, starred and reviewed by people, listed as asked."""

import asyncio
import random
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.clock import FakeClock
from api.ids import uuid7
from api.models import AlertType, Role, reviews
from api.tests.support import CameraAccess, Server, at, jpeg, statements, upload


def body(camera: CameraAccess, clock: FakeClock, **fields: Any) -> dict[str, Any]:
    return {"timestamp": at(clock), "type": "motion", "camera_id": str(camera.id), **fields}


async def opened(client: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock, **fields: Any) -> dict[str, Any]:
    response = await client.post("/alerts", json=body(camera, clock, **fields))
    assert response.status_code == 201, response.text
    assert response.headers["location"] == f"/alerts/{response.json()['id']}"
    answer: dict[str, Any] = response.json()
    return answer


_FROM_THE_AGENT = {"boot_id": "abc-1", "monotonic_seconds": 12.5}


async def test_every_field_is_kept(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert_id, end = str(uuid7(clock.now())), at(clock, -1)
    begin = at(clock, -9.5)
    sent = body(camera, clock, id=alert_id, timestamp=begin, ended_at=end, score=0.25, type="pir")
    stored = await as_camera.post("/alerts", json={**sent, **_FROM_THE_AGENT, "triggered_at": at(clock, -9.75)})
    assert stored.status_code == 201
    expected = {
        "id": alert_id,
        "timestamp": begin,
        "type": "pir",
        "camera_id": str(camera.id),
        "source": "camera",
        "ended_at": end,
        "score": 0.25,
        "image_count": 0,
        "key_image_id": None,
        "starred": False,
        "reviewed": False,
        "clock_synchronized": True,
        "time_uncertainty_seconds": 1.0,
        "received_at": at(clock),
        "detail": None,
        "triggered_at": at(clock, -9.75),
        "verdict": None,
        "tags": [],
        "note": None,
    }
    assert stored.json() == expected
    assert (await as_owner.get(f"/alerts/{alert_id}")).json() == expected
    assert (await as_owner.get("/alerts")).json()["items"] == [expected]


async def test_every_type_is_taken(camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock) -> None:
    for kind in AlertType:
        assert (await opened(as_camera, camera, clock, type=kind))["type"] == kind


async def test_a_repeat_changes_nothing_and_never_reopens(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert = await opened(as_camera, camera, clock, id=str(uuid7(clock.now())), score=0.5)
    clock.advance(10)
    ended = await as_camera.patch(f"/alerts/{alert['id']}", json={"ended_at": at(clock)})
    assert (ended.status_code, ended.json()["ended_at"]) == (200, at(clock))
    again = await as_camera.post("/alerts", json=body(camera, clock, id=alert["id"], type="pir", score=0.9))
    assert again.status_code == 200
    assert again.json() == ended.json()
    reopened = await as_camera.patch(f"/alerts/{alert['id']}", json={"ended_at": None})
    assert reopened.json()["ended_at"] == ended.json()["ended_at"]
    assert server.left_behind().rows["alerts"] == 1


async def test_the_camera_raises_the_score(
    camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert = await opened(as_camera, camera, clock, score=0.2)
    assert (await as_camera.patch(f"/alerts/{alert['id']}", json={"score": 0.75})).json()["score"] == 0.75
    assert (await as_camera.patch(f"/alerts/{alert['id']}", json={})).json()["score"] == 0.75


BOOT = "1970-01-01T00:00:30Z"


async def test_without_a_clock_the_time_is_that_of_arrival_and_the_length_is_believed(
    camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert = await opened(as_camera, camera, clock, timestamp=BOOT, clock_synchronized=False)
    assert (alert["timestamp"], alert["clock_synchronized"]) == (at(clock), False)
    begin = at(clock)
    clock.advance(20)
    ended = await as_camera.patch(f"/alerts/{alert['id']}", json={"ended_at": "1970-01-01T00:00:42.500000Z"})
    assert (ended.json()["timestamp"], ended.json()["ended_at"]) == (begin, at(clock, -7.5))


async def test_a_clock_that_is_set_while_an_alert_lasts_does_not_end_it_in_the_future(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    """The start was said in 1970, the end, once the clock was set, today: the length is not 56 years."""
    alert = await opened(as_camera, camera, clock, timestamp=BOOT, clock_synchronized=False)
    clock.advance(20)
    ended = await as_camera.patch(f"/alerts/{alert['id']}", json={"ended_at": at(clock, -2)})
    assert (ended.status_code, ended.json()["ended_at"]) == (200, at(clock, -2))
    assert (await as_owner.get("/alerts")).status_code == 200


async def test_an_end_beyond_all_time_breaks_no_list(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert = await opened(as_camera, camera, clock, timestamp=BOOT, clock_synchronized=False)
    ended = await as_camera.patch(f"/alerts/{alert['id']}", json={"ended_at": "9999-12-31T23:59:59Z"})
    assert ended.status_code == 200
    assert ended.json()["ended_at"] <= at(clock)
    whole = body(camera, clock, timestamp=BOOT, ended_at="9999-12-31T23:59:59Z", clock_synchronized=False)
    assert (await as_camera.post("/alerts", json=whole)).json()["ended_at"] <= at(clock)
    assert (await as_owner.get("/alerts")).status_code == 200


async def test_a_clock_set_back_while_an_alert_lasts_ends_it_all_the_same(
    camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert = await opened(as_camera, camera, clock, clock_synchronized=False)
    clock.advance(20)
    ended = await as_camera.patch(f"/alerts/{alert['id']}", json={"ended_at": at(clock, -3600)})
    assert ended.status_code == 200
    assert alert["timestamp"] <= ended.json()["ended_at"] <= at(clock)


@pytest.mark.parametrize("role", list(Role))
async def test_what_each_role_may_do(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock, role: Role
) -> None:
    alert = await opened(as_camera, camera, clock)
    client, url = server.client(server.add_person(role)), f"/alerts/{alert['id']}"
    may_star = role is not Role.VIEWER
    starred = await client.patch(url, json={"starred": True})
    assert starred.status_code == (200 if may_star else 403)
    assert (await client.patch(url, json={"reviewed": True})).json()["reviewed"] is True
    both = await client.patch(url, json={"reviewed": False, "starred": False})
    assert both.status_code == (200 if may_star else 403)
    assert (await client.get(url)).json()["reviewed"] is not may_star, "refused whole, or done whole"
    new = await client.post("/alerts", json=body(camera, clock))
    assert new.status_code == (201 if role is Role.ADMIN else 403)


async def test_reviewing_is_each_person_s_own(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert = await opened(as_camera, camera, clock)
    ann, ben = server.client(server.add_person()), server.client(server.add_person())
    url = f"/alerts/{alert['id']}"
    for _ in range(2):
        assert (await ann.patch(url, json={"reviewed": True})).json()["reviewed"] is True
    assert server.count(reviews) == 1
    assert (await ann.get(url)).json()["reviewed"] is True
    assert (await ben.get(url)).json()["reviewed"] is False
    assert [item["id"] for item in (await ann.get("/alerts?reviewed=true")).json()["items"]] == [alert["id"]]
    assert (await ann.get("/alerts?reviewed=false")).json()["items"] == []
    assert (await ben.get("/alerts?reviewed=true")).json()["items"] == []
    assert (await ann.patch(url, json={"reviewed": False})).json()["reviewed"] is False
    assert server.count(reviews) == 0


async def test_stars_are_everybody_s(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert = await opened(as_camera, camera, clock)
    ann, ben = server.client(server.add_person()), server.client(server.add_person(Role.VIEWER))
    await ann.patch(f"/alerts/{alert['id']}", json={"starred": True})
    assert (await ben.get(f"/alerts/{alert['id']}")).json()["starred"] is True


async def test_the_camera_says_which_picture_shows_it_best(
    camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert = await opened(as_camera, camera, clock)
    image = (await upload(as_camera, camera, jpeg(), clock, alert_id=alert["id"])).json()
    changed = await as_camera.patch(
        f"/alerts/{alert['id']}", json={"key_image_id": image["id"], "ended_at": at(clock), "score": 1}
    )
    assert changed.json()["key_image_id"] == image["id"]
    assert (changed.json()["image_count"], changed.json()["score"]) == (1, 1.0)


async def test_lists_are_what_a_brute_force_search_finds(server: Server, clock: FakeClock) -> None:
    dice = random.Random(11)
    cameras = [server.add_camera(f"Camera {n}") for n in range(3)]
    ann, ben = server.client(server.add_person()), server.client(server.add_person())
    kinds = ["motion", "pir", "tamper"]
    model: list[dict[str, Any]] = []
    for _ in range(60):
        camera = dice.choice(cameras)
        moment = at(clock, -dice.randrange(12))
        alert = await opened(server.client(camera), camera, clock, timestamp=moment, type=dice.choice(kinds))
        changes = {"starred": dice.random() < 0.3, "reviewed": dice.random() < 0.5}
        alert = (await ann.patch(f"/alerts/{alert['id']}", json=changes)).json()
        model.append(alert)
    model.sort(key=lambda alert: (alert["timestamp"], UUID(alert["id"]).bytes), reverse=True)
    for _ in range(60):
        some = dice.sample([str(camera.id) for camera in cameras], dice.choice((0, 0, 1, 2)))
        types = dice.sample(kinds, dice.choice((0, 0, 1, 2)))
        since, until = (dice.choice((None, at(clock, -dice.randrange(12)))) for _ in range(2))
        starred, reviewed = (dice.choice((None, None, True, False)) for _ in range(2))
        found = [
            alert
            for alert in model
            if (not some or alert["camera_id"] in some)
            and (not types or alert["type"] in types)
            and (since is None or alert["timestamp"] >= since)
            and (until is None or alert["timestamp"] < until)
            and (starred is None or alert["starred"] == starred)
            and (reviewed is None or alert["reviewed"] == reviewed)
        ]
        asked = {"camera_id": some, "type": types, "from": since, "to": until, "starred": starred, "reviewed": reviewed}
        limit = dice.choice((7, 50))
        url = str(httpx.URL("/alerts", params={k: v for k, v in asked.items() if v is not None} | {"limit": limit}))
        pages: list[dict[str, Any]] = []
        while url:
            response = await ann.get(url)
            pages += response.json()["items"]
            url = response.links.get("next", {}).get("url", "")
        assert pages == found, asked
    assert (await ben.get("/alerts?reviewed=true")).json()["items"] == []


async def test_a_page_takes_a_fixed_number_of_statements(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    for _ in range(30):
        await opened(as_camera, camera, clock)
    await as_owner.get("/session")
    for limit in (1, 30):
        with statements() as seen:
            assert len((await as_owner.get(f"/alerts?limit={limit}")).json()["items"]) == limit
        assert len(seen) == 1, "the page; the session is remembered"
    with statements() as seen:
        await opened(as_camera, camera, clock)
    assert len(seen) <= 12, "the same for any number of alerts; on PostgreSQL two are locks; two ask whom to tell"


async def test_the_same_id_from_many_at_once_makes_one_alert(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    sent = body(camera, clock, id=str(uuid7(clock.now())))
    answers = await asyncio.gather(*(as_camera.post("/alerts", json=sent) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert server.left_behind().rows["alerts"] == 1


async def test_people_tag_and_note_and_say_what_it_was_for_everybody(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    path = f"/alerts/{(await opened(as_camera, camera, clock))['id']}"
    said = {"tags": [" post van ", "Gate", "POST VAN"], "note": " Left open. ", "verdict": "not_an_alarm"}
    kept = {"tags": ["post van", "Gate"], "note": "Left open.", "verdict": "not_an_alarm"}
    for answer in (await as_owner.patch(path, json=said), await as_owner.get(path)):
        assert {name: answer.json()[name] for name in kept} == kept
    assert (await as_owner.patch(path, json={"starred": True})).json()["note"] == "Left open."
    taken_back = (await as_owner.patch(path, json={"tags": [], "note": "", "verdict": None})).json()
    assert (taken_back["tags"], taken_back["note"], taken_back["verdict"]) == ([], None, None)
    assert taken_back["starred"] is True


@pytest.mark.parametrize(
    "patch",
    [
        {"tags": [""]},
        {"tags": ["x" * 41]},
        {"tags": [str(n) for n in range(21)]},
        {"note": "x" * 1001},
        {"verdict": "?"},
    ],
)
async def test_what_is_too_long_is_refused(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock, patch: Any
) -> None:
    path = f"/alerts/{(await opened(as_camera, camera, clock))['id']}"
    assert (await as_owner.patch(path, json=patch)).status_code == 422


async def test_a_deletion_that_is_undone_brings_tags_and_note_back(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert = await opened(as_camera, camera, clock)
    path = f"/alerts/{alert['id']}"
    before = (await as_owner.patch(path, json={"tags": ["gate"], "note": "Open."})).json()
    deletion = await as_owner.post("/deletions", json={"alert_ids": [alert["id"]]})
    assert (await as_owner.get(path)).status_code == 404
    await as_owner.delete(deletion.headers["location"])
    assert (await as_owner.get(path)).json() == before


async def test_a_sensor_that_claims_to_have_spoken_after_its_alert_is_not_believed(
    camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    for moved in (1, -3600):
        alert = await opened(as_camera, camera, clock, triggered_at=at(clock, moved))
        assert alert["triggered_at"] is None
