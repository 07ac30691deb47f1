"""How long things are kept, deleting by hand, counts over time: the same on every deployment, two replicas included."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.clock import to_rfc3339
from api.db.camera_rows import update_camera
from api.ids import uuid7
from api.models import Role, image_labels
from api.tests.deployments import Deployment
from api.tests.support import CameraAccess, at, jpeg, raise_alert, upload

pytest_plugins = ["api.tests.operations_fixtures"]
DAY = 86_400


class Yard:
    """A camera and its owner."""

    def __init__(self, deployment: Deployment) -> None:
        self.place = deployment
        self.camera: CameraAccess = deployment.server.add_camera()
        self.sends = deployment.client(self.camera)
        self.owner = deployment.client(deployment.server.add_person(Role.ADMIN))

    async def picture(self, days_ago: float = 0, seed: int = 0, **fields: Any) -> dict[str, Any]:
        moment = at(self.place.clock, -days_ago * DAY)
        answer = await upload(self.sends, self.camera, jpeg(seed=seed), self.place.clock, timestamp=moment, **fields)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def alert(self, days_ago: float = 0) -> dict[str, Any]:
        return await raise_alert(
            self.sends, self.camera, self.place.clock, timestamp=at(self.place.clock, -days_ago * DAY)
        )

    async def images(self, **filters: Any) -> list[dict[str, Any]]:
        answer = await self.owner.get("/images", params={"limit": 500, **filters})
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def checked(self) -> list[dict[str, Any]]:
        """The pictures once the worker has decoded each, which changes what the list says of them."""
        async with asyncio.timeout(30):
            while True:
                images = await self.images()
                if all(image["average_color"] for image in images):
                    return images
                await asyncio.sleep(0.02)

    async def stored(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.owner.get("/storage")).json()
        return found


@pytest.fixture
def yard(deployment: Deployment) -> Yard:
    return Yard(deployment)


async def test_a_new_server_keeps_thirty_days_and_says_what_would_go(yard: Yard) -> None:
    assert (await yard.owner.get("/retention")).json() == {"retention_days": 30}
    alert = await yard.alert(days_ago=50)
    old = [await yard.picture(days_ago, seed) for seed, days_ago in enumerate((40, 31.1))]
    old.append(await yard.picture(50, 2, alert_id=alert["id"]))
    starred = await yard.picture(60, 3)
    await yard.owner.patch(f"/images/{starred['id']}", json={"starred": True})
    kept = [await yard.picture(29.9, 4), await yard.picture(0, 5)]
    preview = (await yard.owner.get("/retention/preview", params={"retention_days": 30})).json()
    assert preview == {"images": 3, "size_bytes": sum(image["size_bytes"] for image in old), "kept_starred": 1}
    assert len(await yard.images()) == 6, "asking deletes nothing"
    assert await yard.place.sweep() == 4, "three pictures and the alert that has none any more"
    assert {image["id"] for image in await yard.images()} == {image["id"] for image in [starred, *kept]}
    assert (await yard.owner.get("/alerts")).json()["items"] == []
    assert len(yard.place.pictures()) == 6, "rows first"
    await yard.place.purge()
    assert yard.place.pictures() == sorted(image["filename"] for image in [starred, *kept])
    storage = await yard.stored()
    assert (storage["images"], storage["oldest_at"]) == (3, starred["timestamp"])
    assert await yard.place.sweep() == 0


async def test_a_starred_alert_keeps_its_pictures(yard: Yard) -> None:
    alert = await yard.alert(days_ago=50)
    image = await yard.picture(50, alert_id=alert["id"])
    await yard.owner.patch(f"/alerts/{alert['id']}", json={"starred": True})
    assert await yard.place.sweep() == 0
    assert [kept["id"] for kept in await yard.images()] == [image["id"]]


async def test_a_camera_may_have_its_own_rules(yard: Yard) -> None:
    other = yard.place.server.add_camera("Barn")
    barn = await upload(
        yard.place.client(other), other, jpeg(seed=9), yard.place.clock, timestamp=at(yard.place.clock, -20 * DAY)
    )
    images = [await yard.picture(days_ago, seed) for seed, days_ago in enumerate((20, 5, 4, 3, 2, 1))]
    url = f"/cameras/{yard.camera.id}"
    assert (await yard.owner.patch(url, json={"retention_days": 10})).status_code == 200
    await yard.place.sweep()
    left = {image["id"] for image in images[1:]} | {barn.json()["id"]}
    assert {image["id"] for image in await yard.images()} == left, "the other camera's is as old and stays"
    most = sum(image["size_bytes"] for image in images[-2:])
    # Less than a person may set: these pictures are small.
    yard.place.server.transaction(lambda connection: update_camera(connection, yard.camera.id, retention_bytes=most))
    await yard.place.sweep()
    assert {image["id"] for image in await yard.images(camera_id=str(yard.camera.id))} == {
        image["id"] for image in images[-2:]
    }, "the oldest went, and no more than it takes"


async def test_the_site_s_rule_can_be_changed_by_an_admin_only(yard: Yard) -> None:
    await yard.picture(10)
    viewer = yard.place.client(yard.place.server.add_person(Role.VIEWER))
    assert (await viewer.patch("/retention", json={"retention_days": 7})).status_code == 403
    assert (await yard.owner.patch("/retention", json={"retention_days": None})).status_code == 200
    yard.place.clock.advance(300 * DAY)
    yard.owner = yard.place.client(yard.place.server.add_person(Role.ADMIN))
    assert await yard.place.sweep() == 0
    assert (await yard.owner.patch("/retention", json={"retention_days": 7})).status_code == 200
    assert await yard.place.sweep() == 1


async def test_the_forecast_says_when_the_disk_is_full(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed, days_ago in enumerate((4, 3, 2, 1)):
        await yard.picture(days_ago, seed)
    for server in yard.place.servers:
        monkeypatch.setattr(server.app.state.services.retention._store, "free_bytes", lambda: 1_000_000)
    storage = await yard.stored()
    assert storage["budget_bytes"] == round(0.8 * (1_000_000 + storage["size_bytes"]))
    assert storage["bytes_per_day"] == pytest.approx(storage["size_bytes"] / 4, rel=0.05)
    days = (storage["budget_bytes"] - storage["size_bytes"]) / storage["bytes_per_day"]
    full_at = datetime.fromisoformat(storage["full_at"]).timestamp()
    assert full_at == pytest.approx(yard.place.clock.now() / 1e6 + days * DAY, abs=10)


async def test_a_deletion_is_undone_whole(yard: Yard) -> None:
    alert = await yard.alert()
    images = [await yard.picture(0, seed, alert_id=alert["id"]) for seed in range(3)]
    alone = await yard.picture(0, 7)
    await yard.owner.patch(f"/images/{images[0]['id']}", json={"labels": ["person"]})
    await yard.owner.patch(f"/alerts/{alert['id']}", json={"reviewed": True})
    before = (await yard.checked(), (await yard.owner.get("/alerts")).json(), (await yard.stored())["size_bytes"])
    body = {"alert_ids": [alert["id"]], "image_ids": [alone["id"]]}
    deletion = (await yard.owner.post("/deletions", json=body)).json()
    assert set(deletion["image_ids"]) == {image["id"] for image in [*images, alone]}
    assert await yard.images() == []
    assert await yard.images(label="person") == []
    assert (await yard.owner.get("/alerts?reviewed=true")).json()["items"] == []
    await yard.place.purge()
    assert len(yard.place.pictures()) == 4, "files wait for as long as it can be undone"
    assert (await yard.owner.delete(f"/deletions/{deletion['id']}")).status_code == 200
    after = (await yard.images(), (await yard.owner.get("/alerts")).json(), (await yard.stored())["size_bytes"])
    assert after == before
    assert [image["id"] for image in await yard.images(label="person")] == [images[0]["id"]]
    assert len((await yard.owner.get("/alerts?reviewed=true")).json()["items"]) == 1
    assert (await yard.owner.delete(f"/deletions/{deletion['id']}")).status_code == 404


async def test_what_is_deleted_stays_deleted(yard: Yard) -> None:
    data, identity = jpeg(seed=3), str(uuid7(yard.place.clock.now()))
    image = (await upload(yard.sends, yard.camera, data, yard.place.clock, id=identity)).json()
    deletion = (await yard.owner.post("/deletions", json={"image_ids": [image["id"]]})).json()
    yard.place.clock.advance(3601)
    assert (await yard.owner.delete(f"/deletions/{deletion['id']}")).status_code == 404
    await yard.place.purge()
    assert yard.place.pictures() == []
    again = await upload(yard.sends, yard.camera, data, yard.place.clock, id=identity)
    assert again.status_code == 200, "the camera's spool is done with it"
    assert await yard.images() == []
    assert yard.place.pictures() == []


async def test_what_is_starred_is_not_deleted(yard: Yard) -> None:
    image = await yard.picture()
    await yard.owner.patch(f"/images/{image['id']}", json={"starred": True})
    refused = await yard.owner.post("/deletions", json={"image_ids": [image["id"]]})
    assert (refused.status_code, refused.json()["code"]) == (409, "starred")
    other = await yard.picture(seed=1)
    both = await yard.owner.post("/deletions", json={"image_ids": [image["id"], other["id"]]})
    assert (both.json()["kept_starred"], both.json()["image_ids"]) == (1, [other["id"]])


async def test_counts_are_what_is_there(yard: Yard) -> None:
    dice = random.Random(5)
    other = yard.place.server.add_camera("Barn")
    sent: list[tuple[str, UUID, str]] = []
    for seed in range(24):
        camera = dice.choice((yard.camera, other))
        moment = at(yard.place.clock, -dice.randrange(3 * DAY))
        answer = await upload(yard.place.client(camera), camera, jpeg(seed=seed), yard.place.clock, timestamp=moment)
        sent.append((moment, camera.id, answer.json()["id"]))
    gone = [identity for _, _, identity in dice.sample(sent, 6)]
    await yard.owner.post("/deletions", json={"image_ids": gone})
    sent = [item for item in sent if item[2] not in gone]
    span = {"from": at(yard.place.clock, -4 * DAY), "to": at(yard.place.clock, DAY)}
    for cameras in ([], [str(yard.camera.id)], [str(yard.camera.id), str(other.id)]):
        wanted = [moment for moment, camera, _ in sent if not cameras or str(camera) in cameras]
        for bucket, seconds in (("5m", 300), ("hour", 3600), ("day", DAY)):
            answer = await yard.owner.get("/timeline", params={**span, "bucket": bucket, "camera_id": cameras})
            expected = Counter(start_of(moment, seconds) for moment in wanted)
            assert {item["start"]: item["images"] for item in answer.json()["items"] if item["images"]} == expected
            cached = {"If-None-Match": answer.headers["etag"]}
            again = await yard.owner.get(
                "/timeline", params={**span, "bucket": bucket, "camera_id": cameras}, headers=cached
            )
            assert again.status_code == 304
        for day in {moment[:10] for moment in wanted}:
            columns = (await yard.owner.get(f"/images/buckets/{day}", params={"camera_id": cameras})).json()
            of_day = sorted(moment for moment in wanted if moment.startswith(day))
            start = datetime.fromisoformat(columns["started_at"])
            moments = [start + timedelta(milliseconds=offset) for offset in columns["offset_milliseconds"]]
            assert [moment.strftime("%H:%M:%S") for moment in moments] == [moment[11:19] for moment in of_day]


async def test_repeats_at_once_are_one_picture_and_reads_agree(yard: Yard) -> None:
    data, identity = jpeg(seed=1), str(uuid7(yard.place.clock.now()))
    answers = await asyncio.gather(
        *(upload(yard.sends, yard.camera, data, yard.place.clock, id=identity) for _ in range(12))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]
    assert len(yard.place.pictures()) == 1
    for _ in yard.place.servers:
        assert (await bytes_of(yard.owner, f"/images/{identity}/file")) == data
        assert (await bytes_of(yard.owner, f"/images/{identity}/thumbnail"))[:2] == b"\xff\xd8"
    changed = await upload(yard.sends, yard.camera, jpeg(seed=2), yard.place.clock, id=identity)
    assert changed.status_code == 409
    assert len(yard.place.pictures()) == 1, "nothing of the refused one is left"


async def test_any_filter_finds_the_same(yard: Yard) -> None:
    """One of each kind: that all mixtures are right is shown by hypothesis, in test_image_lists."""
    alert = await yard.alert()
    images = [await yard.picture(seed * 0.1, seed, alert_id=alert["id"] if seed % 2 else None) for seed in range(8)]
    for image in images[:4]:
        await yard.owner.patch(f"/images/{image['id']}", json={"labels": ["cat"]})
    for image in images[2:6]:
        await yard.owner.patch(f"/images/{image['id']}", json={"starred": True})
    assert [image["id"] for image in await yard.images(starred="true", label="cat")] == [
        images[2]["id"],
        images[3]["id"],
    ]
    both = {"alert_id": alert["id"], "label": "cat", "starred": "false", "camera_id": str(yard.camera.id)}
    assert [image["id"] for image in await yard.images(**both)] == [images[1]["id"]]
    await yard.owner.patch(f"/images/{images[2]['id']}", json={"starred": False})
    assert [image["id"] for image in await yard.images(starred="true", label="cat")] == [images[3]["id"]]
    assert yard.place.server.count(image_labels) == 4


async def bytes_of(client: httpx.AsyncClient, path: str) -> bytes:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.content


def start_of(moment: str, seconds: int) -> str:
    instant = datetime.fromisoformat(moment)
    start = instant - timedelta(seconds=(instant - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() % seconds)
    return to_rfc3339(round(start.timestamp()) * 1_000_000)
