"""The alert of the server's own disk: after retention, once, and only while it lasts; it is no camera's."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.clock import FakeClock
from api.models import SERVER_ID
from api.storage import MemoryStore
from api.tests.support import CameraAccess, Server, jpeg, raise_alert, running, upload

RESERVE = 500
PLENTY = 1_000_000


class FillingDisk(MemoryStore):
    """A disk on which something else takes what is not `room`; our own pictures come off it."""

    room = PLENTY

    def free_bytes(self) -> int | None:
        return max(0, self.room - sum(map(len, self.blobs.values())))

    def capacity_bytes(self) -> int | None:
        return PLENTY


@dataclass
class Place:
    server: Server
    disk: FillingDisk
    owner: httpx.AsyncClient
    camera: CameraAccess

    async def look(self, room: int) -> list[dict[str, Any]]:
        """Let the watch look at a disk of this size; the alerts on the timeline afterwards."""
        self.disk.room = room
        await self.server.app.state.disk_watch.look()
        answer = await self.owner.get("/alerts")
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


@pytest.fixture
async def place(tmp_path: Path, clock: FakeClock, database_url: str) -> AsyncIterator[Place]:
    disk = FillingDisk()
    async with running(tmp_path, clock=clock, store=disk, database_url=database_url, reserve_bytes=RESERVE) as server:
        yield Place(server, disk, server.client(server.add_person()), server.add_camera())


async def test_a_low_disk_is_one_alert_that_lasts_as_long(place: Place, clock: FakeClock) -> None:
    assert await place.look(PLENTY) == []
    (alert,) = await place.look(2 * RESERVE)
    assert (alert["type"], alert["source"], alert["camera_id"]) == ("disk", "server", str(SERVER_ID))
    assert alert["ended_at"] is None
    clock.advance(60)
    assert await place.look(RESERVE // 2) == [alert], "still the same"
    (ended,) = await place.look(PLENTY)
    assert ended["ended_at"] > alert["timestamp"]
    assert await place.look(PLENTY) == [ended]
    clock.advance(60)
    assert len(await place.look(0)) == 2, "another time is another alert"


async def test_it_is_listed_counted_and_reviewed_like_any_other(place: Place, clock: FakeClock) -> None:
    await raise_alert(place.server.client(place.camera), place.camera, clock)
    clock.advance(1)
    newest = (await place.look(0))[0]
    (found,) = (await place.owner.get(f"/alerts?camera_id={SERVER_ID}&type=disk")).json()["items"]
    assert found == newest
    assert (await place.owner.patch(f"/alerts/{newest['id']}", json={"reviewed": True})).json()["reviewed"]
    day = {"from": "2026-09-21T00:00:00Z", "to": "2026-09-22T00:00:00Z", "bucket": "day"}
    assert (await place.owner.get("/timeline", params=day)).json()["items"][0]["alerts"] == 2


async def test_the_server_is_no_camera(place: Place, clock: FakeClock) -> None:
    await place.look(0)
    assert [camera["id"] for camera in (await place.owner.get("/cameras")).json()["items"]] == [str(place.camera.id)]
    assert (await place.owner.get(f"/cameras/{SERVER_ID}")).status_code == 404
    as_server = CameraAccess(SERVER_ID, "")
    place.disk.room = PLENTY
    place.server.app.state.vitals._reserve.state(ask_again=True)
    refused = await upload(place.owner, as_server, jpeg(), clock)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_camera")
    body = {"timestamp": "2026-09-21T10:00:00Z", "type": "motion", "camera_id": str(SERVER_ID)}
    refused = await place.owner.post("/alerts", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_camera")


async def test_retention_makes_room_first(place: Place, clock: FakeClock) -> None:
    """The disk gets small under the pictures: the oldest go, files too, and nobody needs to be told."""
    sends = place.server.client(place.camera)
    sent = []
    for seed in range(6):
        clock.advance(1)
        sent.append((await upload(sends, place.camera, jpeg(400, 300, seed), clock)).json()["id"])
    stored = sum(map(len, place.disk.blobs.values()))
    assert await place.look(stored + 1) == []
    kept = [image["id"] for image in (await place.owner.get("/images")).json()["items"]]
    assert 0 < len(kept) < len(sent)
    assert kept == sent[::-1][: len(kept)], "the newest stay"
    assert len([key for key in place.disk.blobs if key.startswith("images/")]) == len(kept)


async def test_starred_pictures_stay_and_the_owner_is_told(place: Place, clock: FakeClock) -> None:
    sends = place.server.client(place.camera)
    image = (await upload(sends, place.camera, jpeg(), clock)).json()
    assert (await place.owner.patch(f"/images/{image['id']}", json={"starred": True})).status_code == 200
    (alert,) = await place.look(0)
    assert alert["type"] == "disk"
    assert [kept["id"] for kept in (await place.owner.get("/images")).json()["items"]] == [image["id"]]
