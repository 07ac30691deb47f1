"""What comes with a picture: the alert that it joins, before or after it is known, and the camera's own thumbnail."""

import httpx
import pytest

from api.clock import FakeClock
from api.ids import uuid7
from api.tests.support import CameraAccess, Server, at, jpeg, raise_alert, upload


async def test_a_picture_joins_the_alert_it_names(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert = await raise_alert(as_camera, camera, clock)
    assert (alert["image_count"], alert["key_image_id"]) == (0, None)
    stored = [
        (await upload(as_camera, camera, jpeg(seed=seed), clock, alert_id=alert["id"], score=score)).json()["id"]
        for seed, score in enumerate((0.5, None, 0.9, 0.9, 0.7))
    ]
    after = (await as_owner.get(f"/alerts/{alert['id']}")).json()
    assert after["image_count"] == 5
    assert after["key_image_id"] == stored[2], "the best score, and of equal ones the first"


async def test_the_key_picture_that_the_camera_chose_stays(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert = await raise_alert(as_camera, camera, clock)
    chosen = (await upload(as_camera, camera, jpeg(seed=1), clock, alert_id=alert["id"], score=0.1)).json()["id"]
    await upload(as_camera, camera, jpeg(seed=2), clock, alert_id=alert["id"], score=0.5)
    patched = await as_camera.patch(f"/alerts/{alert['id']}", json={"key_image_id": chosen})
    assert patched.json()["key_image_id"] == chosen
    await upload(as_camera, camera, jpeg(seed=3), clock, alert_id=alert["id"], score=1.0)
    after = (await as_owner.get(f"/alerts/{alert['id']}")).json()
    assert (after["image_count"], after["key_image_id"]) == (3, chosen)


async def test_pictures_that_come_before_their_alert_are_linked_when_it_comes(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    alert_id = str(uuid7(clock.now()))
    early = [
        (await upload(as_camera, camera, jpeg(seed=seed), clock, alert_id=alert_id, score=score)).json()
        for seed, score in enumerate((0.2, 0.8, None))
    ]
    assert {image["alert_id"] for image in early} == {alert_id}
    alert = await raise_alert(as_camera, camera, clock, id=alert_id)
    assert (alert["image_count"], alert["key_image_id"]) == (3, early[1]["id"])
    late = (await upload(as_camera, camera, jpeg(seed=9), clock, alert_id=alert_id, score=0.81)).json()
    after = (await as_owner.get(f"/alerts/{alert_id}")).json()
    assert (after["image_count"], after["key_image_id"]) == (4, late["id"])


async def test_another_camera_s_alert_is_refused_and_nothing_is_left(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    other = server.add_camera("Garden")
    theirs = await raise_alert(server.client(other), other, clock)
    before = server.left_behind()
    answer = await upload(as_camera, camera, jpeg(), clock, alert_id=theirs["id"])
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_alert")
    assert server.left_behind() == before


async def test_a_guessed_alert_id_does_not_push_pictures_into_another_camera_s_alert(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    other, alert_id = server.add_camera("Garden"), str(uuid7(clock.now()))
    guess = (await upload(as_camera, camera, jpeg(), clock, alert_id=alert_id)).json()
    alert = await raise_alert(server.client(other), other, clock, id=alert_id)
    assert (alert["image_count"], alert["key_image_id"]) == (0, None)
    assert (await as_owner.get(f"/images/{guess['id']}")).json()["alert_id"] is None


async def test_the_camera_s_thumbnail_is_used(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    small = jpeg(320, 180, seed=8)
    response = await as_camera.post(
        "/images",
        data={"camera_id": str(camera.id), "timestamp": at(clock)},
        files={"file": ("a.jpg", jpeg(640, 360), "image/jpeg"), "thumbnail": ("t.jpg", small, "image/jpeg")},
    )
    assert response.status_code == 201
    assert (await as_owner.get(f"/images/{response.json()['id']}/thumbnail")).content == small


@pytest.mark.parametrize(
    "bad", [b"", b"<html>", jpeg(321, 180), jpeg()[:-20], jpeg(320, 180) + b"\0" * 210_000], ids=range(5)
)
async def test_a_bad_thumbnail_never_costs_the_picture(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock, bad: bytes
) -> None:
    response = await as_camera.post(
        "/images",
        data={"camera_id": str(camera.id), "timestamp": at(clock)},
        files={"file": ("a.jpg", jpeg(640, 360), "image/jpeg"), "thumbnail": ("t.jpg", bad, "image/jpeg")},
    )
    assert response.status_code == 201
    thumbnail = await as_owner.get(f"/images/{response.json()['id']}/thumbnail")
    assert thumbnail.status_code == 200
    assert thumbnail.content not in {bad, b""}
