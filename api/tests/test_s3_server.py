"""The whole server on an object store: what it answers, and what an outage of the store costs. Nothing acknowledged is lost."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from api.clock import FakeClock
from api.models import Role
from api.storage.breaker import Breaker
from api.storage.s3 import S3Store
from api.tests.seaweed import Seaweed, s3_store
from api.tests.support import CameraAccess, Server, jpeg, running, upload

pytest_plugins = ["api.tests.operations_fixtures"]


@pytest.fixture
def store(seaweed: Seaweed, monkeypatch: pytest.MonkeyPatch) -> S3Store:
    made = s3_store(seaweed, monkeypatch, request_seconds=2.0)
    # A trial for each call: the tests do not wait for the next second.
    monkeypatch.setattr(made, "_breaker", Breaker(iter(range(1_000_000)).__next__))
    return made


@pytest.fixture
async def server(tmp_path: Path, clock: FakeClock, store: S3Store) -> AsyncIterator[Server]:
    async with running(tmp_path, clock=clock, store=store) as started:
        yield started


async def test_a_picture_comes_back_through_the_server(
    as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock
) -> None:
    data = jpeg(640, 480)
    image = (await upload(as_camera, camera, data, clock)).json()
    path = f"/images/{image['id']}/file"
    whole = await as_owner.get(path)
    assert (whole.status_code, whole.content) == (200, data)
    assert whole.headers["etag"] == f'"{hashlib.sha256(data).hexdigest()}"'
    assert "immutable" in whole.headers["cache-control"]
    thumbnail = await as_owner.get(f"/images/{image['id']}/thumbnail")
    assert thumbnail.status_code == 200
    assert thumbnail.content.startswith(b"\xff\xd8")


async def test_what_the_browser_has_is_not_fetched_again(
    as_camera: httpx.AsyncClient,
    as_owner: httpx.AsyncClient,
    camera: CameraAccess,
    clock: FakeClock,
    store: S3Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    image = (await upload(as_camera, camera, jpeg(), clock)).json()
    path = f"/images/{image['id']}/file"
    etag = (await as_owner.get(path)).headers["etag"]

    def never(_key: str) -> bytes:
        raise AssertionError("the store was asked")

    monkeypatch.setattr(store, "read", never)
    assert (await as_owner.get(path, headers={"If-None-Match": etag})).status_code == 304


async def test_the_browser_is_sent_to_the_store_through_the_proxy(
    tmp_path: Path, clock: FakeClock, seaweed: Seaweed, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = s3_store(seaweed, monkeypatch, public_url="/media")
    async with running(tmp_path, clock=clock, store=store) as server:
        camera, owner = server.add_camera(), server.client(server.add_person(Role.ADMIN))
        data = jpeg()
        image = (await upload(server.client(camera), camera, data, clock)).json()
        path = f"/images/{image['id']}/file"
        answer = await owner.get(path)
        assert answer.status_code == 307
        assert answer.headers["location"].startswith("/media/pictures/a-prefix/")
        assert answer.headers["cache-control"] == "private, max-age=240"
        # A 304 would send the browser to an address that has expired meanwhile.
        assert "etag" not in answer.headers
        async with httpx.AsyncClient(base_url=seaweed.endpoint) as browser_behind_proxy:
            parts = urlsplit(answer.headers["location"])
            fetched = await browser_behind_proxy.get(f"{parts.path.removeprefix('/media')}?{parts.query}")
        assert fetched.content == data
        as_image = await owner.get(f"/images/{image['id']}", headers={"Accept": "image/*"})
        assert as_image.status_code == 307
        assert (await server.client().get(path)).status_code == 401


async def test_an_outage_answers_503_loses_nothing_and_ends_by_itself(
    server: Server,
    as_camera: httpx.AsyncClient,
    as_owner: httpx.AsyncClient,
    camera: CameraAccess,
    clock: FakeClock,
    seaweed: Seaweed,
) -> None:
    pictures = [jpeg(seed=number) for number in range(6)]
    stored = [(await upload(as_camera, camera, data, clock)).json()["id"] for data in pictures[:3]]
    for image_id in stored:
        assert (await as_owner.get(f"/images/{image_id}/thumbnail")).status_code == 200
    seaweed.kill()
    try:
        refused = await asyncio.gather(*(upload(as_camera, camera, data, clock) for data in pictures[3:] * 4))
        assert {answer.status_code for answer in refused} == {503}
        assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
        for path in (f"/images/{stored[0]}/file", f"/images/{stored[0]}/thumbnail"):
            assert (await as_owner.get(path)).status_code == 503
        answer = await as_owner.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"]["storage"].startswith("cannot be reached")
        # What needs no store goes on.
        assert len((await as_owner.get("/images")).json()["items"]) == 3
    finally:
        await asyncio.to_thread(seaweed.start)
    for data in pictures[3:]:
        answer = await upload(as_camera, camera, data, clock)
        assert answer.status_code == 201, answer.text
        stored.append(answer.json()["id"])
    assert (await as_owner.get("/readyz")).status_code == 200
    items = (await as_owner.get("/images")).json()["items"]
    assert {item["id"] for item in items} == set(stored)
    assert not any(item["damaged"] for item in items)
    for image_id, data in zip(stored, pictures, strict=True):
        assert (await as_owner.get(f"/images/{image_id}/file")).content == data


async def test_a_store_that_hangs_answers_503_in_time(
    as_camera: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock, seaweed: Seaweed
) -> None:
    assert (await upload(as_camera, camera, jpeg(), clock)).status_code == 201
    seaweed.pause()
    try:
        async with asyncio.timeout(30):
            answers = await asyncio.gather(*(upload(as_camera, camera, jpeg(seed=n), clock) for n in range(40)))
    finally:
        seaweed.resume()
    assert {answer.status_code for answer in answers} == {503}
    assert (await upload(as_camera, camera, jpeg(seed=1), clock)).status_code == 201
