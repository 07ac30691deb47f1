"""One image: its data or its picture by `Accept`, its file with cache and ranges, its thumbnail, stars and labels."""

import asyncio
import hashlib
import io
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import Connection, select

from api.broadcast import InProcessBus
from api.clock import FakeClock
from api.models import Role, image_labels, images
from api.services import thumbnails
from api.storage import DiskStore, MemoryStore
from api.tests.support import CameraAccess, Server, jpeg, running, statements, upload

DATA = jpeg(640, 360, seed=3)


@pytest.fixture
async def image(camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock) -> dict[str, Any]:
    stored: dict[str, Any] = (await upload(as_camera, camera, DATA, clock)).json()
    return stored


def decoded(server: Server) -> bool:
    return server.transaction(lambda connection: connection.execute(select(images.c.state)).scalars().first()) != 0


async def decoding_done(server: Server) -> None:
    """Wait until the worker has said so to the viewers."""
    bus: InProcessBus = server.app.state.bus
    subscription = bus.subscribe()
    while not decoded(server):
        async with asyncio.timeout(10):
            await subscription.receive()


PICTURE, JSON = "image/jpeg", "application/json"
# What browsers and programs send, and what they must get.
ACCEPTED = {
    "": JSON,
    "*/*": JSON,
    "application/json": JSON,
    "application/json, text/plain, */*": JSON,
    "application/*": JSON,
    "text/html": JSON,
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": JSON,
    "image/png": JSON,
    "image/jpeg": PICTURE,
    "IMAGE/JPEG": PICTURE,
    "image/*": PICTURE,
    "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8": PICTURE,
    "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5": PICTURE,
    "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5": PICTURE,
    "image/*;q=0.5, application/json;q=0.5": JSON,
    "image/*;q=0.6, application/json;q=0.5": PICTURE,
    "image/*;q=0.4, application/json;q=0.5": JSON,
    "image/jpeg;q=0, */*": JSON,
    "image/*, image/jpeg;q=0.1, application/json;q=0.2": JSON,
    "application/json;q=0, */*;q=0.1": PICTURE,
    "image/jpeg ; q=0.9 , application/json;q=0.8": PICTURE,
    "image/jpeg;q=nonsense": JSON,
    "image/jpeg;q=nan": JSON,
    ";;;,,,/": JSON,
    "image/jpeg," * 500: PICTURE,
}  # fmt: skip


async def test_the_same_address_is_data_or_picture_by_accept(
    image: dict[str, Any], as_owner: httpx.AsyncClient
) -> None:
    for accept, wanted in ACCEPTED.items():
        response = await as_owner.get(f"/images/{image['id']}", headers={"accept": accept})
        assert response.status_code == 200
        assert response.headers["content-type"] == wanted, accept
        assert "accept" in response.headers["vary"].lower()
        if wanted == PICTURE:
            assert response.content == DATA
        else:
            assert response.json()["id"] == image["id"]


@pytest.mark.parametrize("kept", ["disk", "memory"])
async def test_the_file_is_the_bytes_that_were_sent_and_never_changes(tmp_path: Path, kept: str) -> None:
    store = MemoryStore() if kept == "memory" else DiskStore(tmp_path / "media")
    async with running(tmp_path, store=store) as server:
        camera = server.add_camera()
        image = (await upload(server.client(camera), camera, DATA, server.clock)).json()
        client = server.client(server.add_person(Role.VIEWER))
        response = await client.get(f"/images/{image['id']}/file")
        assert response.content == DATA
        assert response.headers["etag"] == f'"{hashlib.sha256(DATA).hexdigest()}"'
        assert response.headers["content-length"] == str(len(DATA))
        cache = {word.strip() for word in response.headers["cache-control"].split(",")}
        assert cache == {"private", "max-age=31536000", "immutable"}
        assert response.headers["content-disposition"] == f'inline; filename="{image["filename"]}"'
        assert response.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("what", ["file", "thumbnail", ""])
async def test_who_has_it_is_not_sent_it_again(image: dict[str, Any], as_owner: httpx.AsyncClient, what: str) -> None:
    url = f"/images/{image['id']}/{what}".rstrip("/")
    asked = {"accept": "image/*"}
    tag = (await as_owner.get(url, headers=asked)).headers["etag"]
    for has in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        response = await as_owner.get(url, headers={**asked, "if-none-match": has})
        assert (response.status_code, response.content) == (304, b""), has
        assert response.headers["etag"] == tag
        assert "immutable" in response.headers["cache-control"]
        assert response.headers["vary"] == "Accept"
    for has in ('"other"', tag.strip('"'), ""):
        assert (await as_owner.get(url, headers={**asked, "if-none-match": has})).status_code == 200, has


RANGES = {
    "bytes=0-99": (206, DATA[:100]),
    "bytes=100-199": (206, DATA[100:200]),
    "bytes=0-0": (206, DATA[:1]),
    "bytes=-10": (206, DATA[-10:]),
    f"bytes={len(DATA) - 1}-": (206, DATA[-1:]),
    "bytes=10-999999999": (206, DATA[10:]),
    f"bytes={len(DATA)}-": (416, b""),
    "bytes=999999999-": (416, b""),
    # What is no range of bytes is no request for one (RFC 9110, 14.2).
    "items=0-5": (200, DATA),
    "bytes": (200, DATA),
    "bytes=": (200, DATA),
    "bytes=x-y": (200, DATA),
    "bytes=5-2": (416, b""),
}


async def test_ranges_of_the_file(image: dict[str, Any], as_owner: httpx.AsyncClient) -> None:
    for asked, (status, wanted) in RANGES.items():
        response = await as_owner.get(f"/images/{image['id']}/file", headers={"range": asked})
        assert response.status_code == status, asked
        if status == 416:
            assert response.json()["code"] == "range_not_satisfiable"
            if "999999999" in asked:
                assert response.headers["content-range"] == f"bytes */{len(DATA)}"
            continue
        assert response.content == wanted, asked
        assert response.headers["accept-ranges"] == "bytes"
        if status == 206:
            first = DATA.index(wanted) if len(wanted) > 1 else (0 if asked == "bytes=0-0" else len(DATA) - 1)
            assert response.headers["content-range"] == f"bytes {first}-{first + len(wanted) - 1}/{len(DATA)}"


async def test_a_range_of_what_has_changed_is_the_whole(image: dict[str, Any], as_owner: httpx.AsyncClient) -> None:
    url, tag = f"/images/{image['id']}/file", f'"{image["sha256"]}"'
    for held, status in ((tag, 206), ('"other"', 200), (f"W/{tag}", 200)):
        response = await as_owner.get(url, headers={"range": "bytes=0-9", "if-range": held})
        assert response.status_code == status, held
        assert response.content == (DATA[:10] if status == 206 else DATA)


async def test_there_is_a_thumbnail_before_and_after_the_worker(
    server: Server, image: dict[str, Any], as_owner: httpx.AsyncClient
) -> None:
    at_once = await as_owner.get(f"/images/{image['id']}/thumbnail")
    assert at_once.status_code == 200
    assert Image.open(io.BytesIO(at_once.content)).size == (320, 180)
    await decoding_done(server)
    later = await as_owner.get(f"/images/{image['id']}/thumbnail")
    assert later.content == at_once.content
    assert later.headers["etag"] == at_once.headers["etag"] != f'"{image["sha256"]}"'
    shown = (await as_owner.get(f"/images/{image['id']}")).json()
    assert shown["damaged"] is False
    assert shown["average_color"].startswith("#")


async def test_a_thumbnail_that_was_lost_is_made_again(
    server: Server, image: dict[str, Any], as_owner: httpx.AsyncClient
) -> None:
    first = (await as_owner.get(f"/images/{image['id']}/thumbnail")).content
    await decoding_done(server)
    for path in (server.settings.data_dir / "media" / "thumbnails").rglob("*.jpg"):
        path.unlink()
    assert (await as_owner.get(f"/images/{image['id']}/thumbnail")).content == first


async def test_a_picture_that_does_not_decode_is_kept_shown_and_marked(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    # Whole by its markers, but with Huffman tables that no decoder can use.
    table = DATA.index(b"\xff\xc4") + 5
    broken = DATA[:table] + b"\xfe" * 16 + DATA[table + 16 :]
    image = (await upload(as_camera, camera, broken, clock)).json()
    await decoding_done(server)
    shown = (await as_owner.get(f"/images/{image['id']}")).json()
    assert shown["damaged"] is True
    assert (await as_owner.get(f"/images/{image['id']}/file")).content == broken
    assert (await as_owner.get(f"/images/{image['id']}/thumbnail")).status_code == 200


async def test_one_picture_that_kills_its_decoder_does_not_hold_up_the_others(
    server: Server,
    camera: CameraAccess,
    as_camera: httpx.AsyncClient,
    as_owner: httpx.AsyncClient,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    poison = jpeg(seed=66)
    real_thumbnail = thumbnails._thumbnail

    def thumbnail(data: bytes, *, damaged: bool) -> thumbnails.Decoded:
        if data == poison:
            raise RuntimeError("what nobody thought of")
        return real_thumbnail(data, damaged=damaged)

    monkeypatch.setattr(thumbnails, "_thumbnail", thumbnail)
    bus: InProcessBus = server.app.state.bus
    subscription = bus.subscribe()
    first = (await upload(as_camera, camera, poison, clock)).json()
    clock.advance(1)
    second = (await upload(as_camera, camera, jpeg(seed=67), clock)).json()
    seen: dict[str, Any] = {}
    async with asyncio.timeout(10):
        while seen.keys() < {first["id"], second["id"]}:
            for change in (await subscription.receive()).changes:
                if b'"kind":"image"' in change.payload and b'"action":"updated"' in change.payload:
                    seen |= {each["id"]: each for each in (first, second) if each["id"].encode() in change.payload}
    assert (await as_owner.get(f"/images/{first['id']}")).json()["damaged"] is True
    assert (await as_owner.get(f"/images/{second['id']}")).json()["damaged"] is False


async def test_the_worker_takes_up_what_a_crash_left(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        camera = server.add_camera()
        await upload(server.client(camera), camera, DATA, server.clock)
        await decoding_done(server)
    with sqlite3.connect(tmp_path / "picam.sqlite3") as raw:
        raw.execute("UPDATE images SET state = 0, thumbnail_stored = 0, average_color = NULL")
    raw.close()
    async with running(tmp_path) as server:
        await decoding_done(server)


async def test_a_file_that_is_gone_is_a_problem_and_not_a_crash(
    server: Server, image: dict[str, Any], as_owner: httpx.AsyncClient
) -> None:
    await decoding_done(server)
    for path in (server.settings.data_dir / "media").rglob("*.jpg"):
        path.unlink()
    for url in ("file", "thumbnail"):
        response = await as_owner.get(f"/images/{image['id']}/{url}")
        assert (response.status_code, response.json()["code"]) == (404, "file_missing")
    assert (await as_owner.get(f"/images/{image['id']}")).status_code == 200


async def test_the_first_thumbnail_stays(
    image: dict[str, Any], as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient
) -> None:
    url = f"/images/{image['id']}/thumbnail"
    before = (await as_owner.get(url)).content
    headers = {"content-type": "image/jpeg"}
    for seed in (1, 2):
        put = await as_camera.put(url, content=jpeg(320, 180, seed=seed), headers=headers)
        assert (put.status_code, put.content) == (204, b"")
    assert (await as_owner.get(url)).content == before


async def test_a_camera_may_send_its_thumbnail_on_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(_self: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("api.workers.decoding.DecodingWorker.run", never)
    async with running(tmp_path) as server:
        camera = server.add_camera()
        client, thumbnail = server.client(camera), jpeg(320, 180, seed=9)
        image = (await upload(client, camera, DATA, server.clock)).json()
        url = f"/images/{image['id']}/thumbnail"
        put = await client.put(url, content=thumbnail, headers={"content-type": "image/jpeg"})
        assert put.status_code == 204
        assert (await server.client(server.add_person()).get(url)).content == thumbnail
        other = server.client(server.add_camera("Garden"))
        refused = await other.put(url, content=thumbnail, headers={"content-type": "image/jpeg"})
        assert (refused.status_code, refused.json()["code"]) == (403, "foreign_camera")


@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 200), (Role.MEMBER, 200), (Role.VIEWER, 403)])
async def test_who_may_star_and_label(server: Server, image: dict[str, Any], role: Role, status: int) -> None:
    client = server.client(server.add_person(role))
    url = f"/images/{image['id']}"
    changes: list[dict[str, Any]] = [
        {"starred": True},
        {"labels": ["person", "Ünï", "person"]},
        {"starred": False},
        {"labels": []},
    ]
    for change in changes:
        response = await client.patch(url, json=change)
        assert response.status_code == status
    assert (await client.get(url)).json()["starred"] is False


async def test_a_change_touches_what_it_names_only(
    server: Server, image: dict[str, Any], as_owner: httpx.AsyncClient
) -> None:
    url = f"/images/{image['id']}"
    assert (await as_owner.patch(url, json={"labels": ["b", " a ", "b"]})).json()["labels"] == ["b", "a"]
    assert (await as_owner.patch(url, json={"starred": True})).json()["labels"] == ["b", "a"]
    assert (await as_owner.patch(url, json={})).json()["starred"] is True
    assert (await as_owner.patch(url, json={"labels": ["c"], "starred": None})).json()["starred"] is True
    listed = (await as_owner.get("/images?label=c&starred=true")).json()["items"]
    assert [item["id"] for item in listed] == [image["id"]]
    assert (await as_owner.get("/images?label=a")).json()["items"] == []
    assert server.count(image_labels) == 1


async def test_one_image_takes_a_fixed_number_of_statements(image: dict[str, Any], as_owner: httpx.AsyncClient) -> None:
    await as_owner.get(f"/images/{image['id']}/thumbnail")
    for url in ("", "/file", "/thumbnail"):
        with statements() as seen:
            await as_owner.get(f"/images/{image['id']}{url}")
        selects = [statement for statement in seen if statement.startswith("SELECT")]
        assert len(selects) == 1, "the image; the session is remembered"


async def test_an_upload_takes_a_fixed_number_of_statements(
    server: Server,
    camera: CameraAccess,
    as_camera: httpx.AsyncClient,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Is it stored already, was it deleted, its row, its counts, those of all cameras; with replicas, that they be told."""
    monkeypatch.setattr(server.app.state.services.ingest, "_on_stored", lambda: None)
    await upload(as_camera, camera, DATA, clock)
    counts = []
    for seed in range(3):
        with statements() as seen:
            await upload(as_camera, camera, jpeg(seed=seed), clock)
        counts.append([statement.split()[0] for statement in seen])
    told = ["SELECT"] if server.engine.dialect.name == "postgresql" else []
    assert counts == [["SELECT", "SELECT", "INSERT", "INSERT", "INSERT", *told]] * 3


async def test_labels_are_one_row_each(server: Server, image: dict[str, Any], as_owner: httpx.AsyncClient) -> None:
    await as_owner.patch(f"/images/{image['id']}", json={"labels": ["person", "dog"]})

    def labels(connection: Connection) -> set[str]:
        return set(connection.execute(select(image_labels.c.label)).scalars())

    assert server.transaction(labels) == {"person", "dog"}


async def test_a_body_that_hangs_is_ended(tmp_path: Path) -> None:
    async def hanging() -> AsyncIterator[bytes]:
        yield DATA[:100]
        await asyncio.Event().wait()

    async with running(tmp_path, upload_stall_seconds=0.05) as server:
        camera = server.add_camera()
        fields = {"camera_id": str(camera.id), "timestamp": "2026-09-21T10:00:00Z"}
        headers = {"content-type": "image/jpeg"}
        response = await server.client(camera).post("/images", params=fields, content=hanging(), headers=headers)
        assert (response.status_code, response.json()["code"]) == (408, "upload_stalled")
        assert server.count(images) == 0
