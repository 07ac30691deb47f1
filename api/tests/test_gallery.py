"""The gallery's geometry against a count of the pictures themselves, and pictures taken away as a zip."""

import csv
import io
import random
import zipfile
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import Connection, update

from api.clock import FakeClock, to_datetime
from api.db.activity_rows import Counted, count
from api.db.image_rows import insert_image, replace_labels
from api.ids import uuid7
from api.models import ImageRecord, ImageState
from api.models.site import site
from api.services import gallery_days
from api.tests.support import CameraAccess, Server, jpeg, running, upload

in_one_loop = pytest.mark.asyncio(loop_scope="module")
START = FakeClock().now()
MINUTE = 60_000_000
ZONES = ["Europe/Berlin", "Asia/Kolkata", "America/St_Johns"]


@dataclass
class Place:
    server: Server
    client: httpx.AsyncClient
    cameras: list[UUID]
    images: list[tuple[ImageRecord, set[str]]]


def stored_image(number: int, camera_id: UUID, timestamp: int, *, starred: bool) -> ImageRecord:
    return ImageRecord(
        id=uuid7(timestamp), timestamp=timestamp, filename=f"{number}.jpg", camera_id=camera_id, alert_id=None,
        received_at=timestamp, size_bytes=1, width=640, height=480, sha256=bytes(32), score=None,
        motion_boxes=None, labels=None, starred=starred, clock_synchronized=True, reported_timestamp=None, boot_id=None,
        monotonic_seconds=None, state=ImageState.GOOD.value, thumbnail_stored=True, average_color=number,
    )  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    dice = random.Random(11)
    async with running(tmp_path_factory.mktemp("gallery"), clock=FakeClock()) as server:
        cameras = [server.add_camera(f"Camera {n}").id for n in range(3)]
        images = []
        for number in range(2600):
            # A day with more than 2,000, and some on other days, the change of the clocks (25 October) among them.
            minutes = dice.randrange(600) if number < 2300 else dice.randrange(40 * 24 * 60)
            at = START - minutes * MINUTE - dice.randrange(MINUTE)
            record = stored_image(number, dice.choice(cameras), at, starred=dice.random() < 0.1)
            images.append((record, {"person"} if dice.random() < 0.2 else set()))

        def insert(connection: Connection) -> None:
            for record, labels in images:
                insert_image(connection, record)
                replace_labels(connection, record, sorted(labels))
            count(connection, [Counted(record.camera_id, record.timestamp, images=1) for record, _ in images])

        server.transaction(insert)
        yield Place(server, server.client(server.add_person()), cameras, images)


def day_of(record: ImageRecord, zone: str) -> str:
    return to_datetime(record.timestamp).astimezone(ZoneInfo(zone)).date().isoformat()


def hour_of(record: ImageRecord, zone: str) -> int:
    moment = to_datetime(record.timestamp).astimezone(ZoneInfo(zone))
    midnight = datetime(moment.year, moment.month, moment.day, tzinfo=ZoneInfo(zone))
    return int(moment.timestamp() - midnight.timestamp()) // 3600


def wanted(place: Place, asked: dict[str, Any]) -> list[ImageRecord]:
    return [
        record
        for record, labels in place.images
        if ("camera_id" not in asked or str(record.camera_id) == asked["camera_id"])
        and ("label" not in asked or asked["label"] in labels)
        and ("starred" not in asked or str(record.starred).lower() == asked["starred"])
    ]


async def all_days(client: httpx.AsyncClient, asked: dict[str, Any]) -> list[tuple[str, int, list[int]]]:
    days: list[tuple[str, int, list[int]]] = []
    before: dict[str, str] = {}
    while True:
        body = (await client.get("/images/buckets", params={**asked, **before})).json()
        days += zip(body["day"], body["images"], body["hours"], strict=True)
        if body["next_before"] is None:
            return days
        before = {"before": body["next_before"]}


@in_one_loop
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("kind", ["all", "camera", "label", "starred", "everything"])
async def test_days_and_hours_have_as_many_as_there_are(
    place: Place, zone: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery_days, "MOST_COUNTED", 300)
    place.server.transaction(lambda connection: connection.execute(update(site).values(time_zone=zone)))
    asked: dict[str, Any] = {
        "all": {},
        "camera": {"camera_id": str(place.cameras[0])},
        "label": {"label": "person"},
        "starred": {"starred": "true"},
        "everything": {"camera_id": str(place.cameras[1]), "label": "person", "starred": "false"},
    }[kind]
    records = wanted(place, asked)
    days = await all_days(place.client, asked)
    assert {day: images for day, images, _ in days} == Counter(day_of(record, zone) for record in records)
    assert [day for day, _, _ in days] == sorted((day for day, _, _ in days), reverse=True)
    for day, images, hours in days:
        assert bool(hours) == (images > 2000)
        expected = Counter(hour_of(record, zone) for record in records if day_of(record, zone) == day)
        assert {hour: found for hour, found in enumerate(hours) if found} == (expected if hours else {})
    day, images, hours = max(days, key=lambda found: found[1])
    for hour in range(len(hours)) if hours else [None]:
        part = {**asked, **({} if hour is None else {"hour": hour})}
        body = (await place.client.get(f"/images/buckets/{day}", params=part)).json()
        inside = [r for r in records if day_of(r, zone) == day and (hour is None or hour_of(r, zone) == hour)]
        inside.sort(key=lambda record: (record.timestamp, record.id.bytes))
        assert body["id"] == [str(record.id) for record in inside]
        assert body["starred"] == [position for position, record in enumerate(inside) if record.starred]
        assert body["color"] == [record.average_color for record in inside]


@in_one_loop
async def test_a_stretch_of_days_and_what_has_not_changed(place: Place) -> None:
    place.server.transaction(lambda connection: connection.execute(update(site).values(time_zone="Europe/Berlin")))
    whole = (await place.client.get("/images/buckets")).json()
    first, before = whole["day"][6], whole["day"][2]
    answer = await place.client.get("/images/buckets", params={"from": first, "before": before})
    assert answer.json()["day"] == whole["day"][3:7]
    again = await place.client.get(
        "/images/buckets", params={"from": first, "before": before}, headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    none = await place.client.get("/images/buckets", params={"from": "9999-12-31"})
    assert none.json()["day"] == []
    assert (await place.client.get("/images/buckets", params={"before": "0001-01-01"})).json()["day"] == []


async def test_a_gallery_without_pictures(as_owner: httpx.AsyncClient) -> None:
    assert (await as_owner.get("/images/buckets")).json()["day"] == []


async def test_pictures_taken_away_are_the_pictures(
    server: Server, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    odd = server.add_camera("=../Porch\\e")
    pictures = {}
    for seed, camera in enumerate([odd, odd, server.add_camera("Yard")]):
        stored = (await upload(server.client(camera), camera, jpeg(seed=seed), clock)).json()
        pictures[stored["id"]] = jpeg(seed=seed)
    answer = await as_owner.post("/exports", json={"image_ids": [*pictures, str(uuid7(START))]})
    assert answer.status_code == 200
    assert answer.headers["Picam-Pictures"] == "3"
    assert int(answer.headers["Picam-Picture-Bytes"]) == sum(map(len, pictures.values()))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        rows = list(csv.DictReader(io.TextIOWrapper(archive.open("pictures.csv"))))
        assert {row["id"]: archive.read(row["file"]) for row in rows} == pictures
        assert all(".." not in name.split("/") and not name.startswith("/") for name in archive.namelist())
        assert {name.split("/")[0] for name in archive.namelist()} == {"_.._Porch_e", "Yard", "pictures.csv"}
        assert not any(row["camera"].startswith("=") for row in rows)


async def test_a_picture_whose_file_is_gone_is_named(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    stored = [(await upload(as_camera, camera, jpeg(seed=seed), clock)).json() for seed in range(2)]
    next((server.settings.data_dir / "media").rglob(f"images/**/{stored[0]['filename']}")).unlink()
    answer = await as_owner.post("/exports", json={"image_ids": [image["id"] for image in stored]})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert stored[0]["id"][-12:] in archive.read("missing.txt").decode()
        assert len([name for name in archive.namelist() if name.endswith(".jpg")]) == 1


async def test_an_export_of_nothing_says_so(as_owner: httpx.AsyncClient) -> None:
    answer = await as_owner.post("/exports", json={"image_ids": [str(uuid7(START))]})
    assert answer.status_code == 404
    assert (await as_owner.post("/exports", json={"image_ids": []})).status_code == 422


async def test_downloads_at_once_are_bounded_and_a_broken_one_gives_its_place_back(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    stored = (await upload(as_camera, camera, jpeg(), clock)).json()
    exports = server.app.state.services.exports
    person = await server.app.state.services.accounts.authenticate(as_owner.headers["Cookie"].partition("=")[2])
    export = await exports.of_images([UUID(stored["id"])], person)
    running_ones = [exports.chunks(export) for _ in range(3)]
    for pieces in running_ones:
        await anext(pieces)
    refused = await as_owner.post("/exports", json={"image_ids": [stored["id"]]})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    for pieces in running_ones:
        await pieces.aclose()
    assert (await as_owner.post("/exports", json={"image_ids": [stored["id"]]})).status_code == 200


async def test_what_runs_here_is_told_to_people(as_owner: httpx.AsyncClient, as_nobody: httpx.AsyncClient) -> None:
    assert (await as_nobody.get("/about")).status_code == 401
    body = (await as_owner.get("/about")).json()
    licences = {package["name"].lower(): package["licence"] for package in body["packages"]}
    assert "MIT" in licences["fastapi"]
    assert all(licences.values())
