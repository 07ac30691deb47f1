"""Live view as cameras and pages meet it: real sockets; who may watch, what is passed on, and that nothing runs unwatched."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.routers import live as live_routes
from api.services import live as live_service
from api.services.live_unit import PICTURE, VIDEO, read_unit
from api.services.live_viewer import LiveViewer
from api.tests.support import CameraAccess, PersonAccess, Server, jpeg, running, upload


def unit(
    sequence: int, *, kind: int = VIDEO, key: bool = False, seconds: float | None = None, size: int = 100
) -> bytes:
    captured = round((sequence * 0.1 if seconds is None else seconds) * 1e6)
    return struct.pack(">BBHIQ", kind, int(key), 1, sequence, captured) + bytes(size)


@dataclass
class Site:
    server: Server
    base: str
    camera: CameraAccess
    owner: PersonAccess

    @asynccontextmanager
    async def socket(self, path: str, who: Any, camera: Any = None, **headers: str) -> AsyncIterator[ClientConnection]:
        url = f"ws://{self.base}/cameras/{camera or self.camera.id}/{path}"
        sent = {**(who.headers if who is not None else {}), **headers}
        async with asyncio.timeout(20), connect(url, additional_headers=sent, compression=None) as connection:
            yield connection

    async def get(self, path: str, who: Any) -> httpx.Response:
        async with httpx.AsyncClient(base_url=f"http://{self.base}", headers=who.headers, timeout=20) as client:
            return await client.get(f"/cameras/{self.camera.id}/{path}")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running(tmp_path) as server:
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(server.app, lifespan="off", log_level="warning", ws_per_message_deflate=False)
        web = uvicorn.Server(config)
        serving = asyncio.create_task(web.serve(sockets=[listener]))
        yield Site(server, f"127.0.0.1:{listener.getsockname()[1]}", server.add_camera(), server.add_person())
        web.should_exit = True
        await serving
        listener.close()


async def state(page: ClientConnection, wanted: str) -> None:
    """Read notes until the feed is as wanted."""
    while True:
        note = await page.recv()
        if isinstance(note, str) and json.loads(note).get("state") == wanted:
            return


async def units(page: ClientConnection, count: int) -> list[int]:
    """The sequence numbers of the next units, each acknowledged as pages do."""
    found: list[int] = []
    while len(found) < count:
        message = await page.recv()
        if isinstance(message, bytes):
            found.append(read_unit(message).sequence)
            await page.send(str(found[-1]))
    return found


async def told(control: ClientConnection, kind: str) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = json.loads(await control.recv())
        if message["type"] == kind:
            return message


async def test_units_reach_the_page_untouched_and_are_acknowledged(site: Site) -> None:
    async with site.socket("control", site.camera) as control, site.socket("live", site.owner) as page:
        start = await told(control, "live_start")
        assert (start["video"], start["pictures"]) == (True, False)
        async with site.socket("media", site.camera) as media:
            await state(page, "live")
            sent = [unit(1), unit(2, key=True), unit(3)]
            for message in sent:
                await media.send(message)
            got = [await page.recv(), await page.recv()]
            assert got == sent[1:], "a page begins with a key unit, and gets what the camera sent"
            answers = [await media.recv() for _ in range(3)]
            assert [text for text in answers if text != "k"] == ["1", "2", "3"][: len(answers) - answers.count("k")]
        await state(page, "starting")


async def test_the_camera_is_told_to_stop_soon_after_the_last_viewer(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_service, "_LINGER_SECONDS", 0.05)
    async with site.socket("control", site.camera) as control:
        async with site.socket("live", site.owner) as page:
            await told(control, "live_start")
            media = site.socket("media", site.camera)
            camera = await media.__aenter__()
            await state(page, "live")
        await told(control, "live_stop")
        async for _ in camera:  # ends without an error when it is closed as it should be
            pass
        assert camera.close_code == 1000
        await media.__aexit__(None, None, None)
    assert site.server.app.state.services.live.watched == frozenset()


async def test_nobody_watching_a_camera_may_not_send(site: Site) -> None:
    async with site.socket("media", site.camera) as media:
        with pytest.raises(ConnectionClosed) as closed:
            await media.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == live_routes.NOBODY_WATCHES


async def test_a_page_is_told_when_the_camera_cannot_be_reached(site: Site) -> None:
    async with site.socket("live", site.owner) as page:
        await state(page, "away")


async def test_a_second_viewer_makes_the_camera_send_a_key_unit(site: Site) -> None:
    async with site.socket("control", site.camera) as control, site.socket("live", site.owner) as first:
        await told(control, "live_start")
        async with site.socket("media", site.camera) as media:
            await state(first, "live")
            await media.send(unit(1, key=True))
            assert await units(first, 1) == [1]
            assert await media.recv() == "1"
            async with site.socket("live", site.owner) as second:
                while await media.recv() != "k":
                    pass
                await media.send(unit(2, key=True))
                assert await units(second, 1) == [2]
                assert await units(first, 1) == [2]


@pytest.mark.parametrize("message", [b"", b"short", unit(1, kind=9), bytes(17)])
async def test_what_is_no_unit_ends_the_media_connection(site: Site, message: bytes) -> None:
    async with site.socket("live", site.owner) as page:
        await page.recv()  # the first note: now somebody watches, and the camera may send
        async with site.socket("media", site.camera) as media:
            await state(page, "live")
            await media.send(message)
            with pytest.raises(ConnectionClosed) as closed:
                await media.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1003


@pytest.mark.parametrize("path", ["media", "control"])
async def test_a_camera_connects_as_itself_only(site: Site, path: str) -> None:
    other = site.server.add_camera("Barn")
    for who in (other, site.owner, None):
        with pytest.raises(InvalidStatus):
            async with site.socket(path, who):
                pass


async def test_only_people_of_this_site_watch(site: Site) -> None:
    for who in (site.camera, None):
        async with site.socket("live", who) as page:
            with pytest.raises(ConnectionClosed) as closed:
                await page.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401
    with pytest.raises(InvalidStatus):
        async with site.socket("live", site.owner, Origin="https://elsewhere.example"):
            pass
    async with site.socket("live", site.owner, camera="00000000-0000-7000-8000-000000000000") as page:
        with pytest.raises(ConnectionClosed) as closed:
            await page.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4404


async def test_signing_out_ends_watching(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_routes, "_CHECK_RIGHTS_SECONDS", 0.02)
    async with site.socket("live", site.owner) as page:
        await state(page, "away")
        async with httpx.AsyncClient(base_url=f"http://{site.base}", headers=site.owner.headers) as client:
            assert (await client.delete("/session")).status_code == 204
        with pytest.raises(ConnectionClosed) as closed:
            await page.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


async def test_a_snapshot_is_taken_for_the_call(site: Site) -> None:
    async with site.socket("control", site.camera) as control:
        asking = asyncio.create_task(site.get("snapshot.jpg", site.owner))
        start = await told(control, "live_start")
        assert (start["video"], start["pictures"]) == (False, True)
        async with site.socket("media", site.camera) as media:
            await media.send(unit(1, kind=PICTURE, key=True, size=2000))
            answer = await asking
    assert (answer.status_code, answer.content) == (200, bytes(2000))
    assert answer.headers["content-type"] == "image/jpeg"


async def test_without_the_camera_a_snapshot_is_the_newest_picture(site: Site) -> None:
    assert (await site.get("snapshot.jpg", site.owner)).json()["code"] == "no_picture"
    picture = jpeg()
    async with site.server.client(site.camera) as client:
        await upload(client, site.camera, picture, site.server.clock)
    answer = await site.get("snapshot.jpg", site.owner)
    assert (answer.status_code, answer.content) == (200, picture)


async def test_programs_get_pictures_one_after_the_other(site: Site) -> None:
    url = f"http://{site.base}/cameras/{site.camera.id}/stream.mjpeg"
    async with (
        asyncio.timeout(20),
        site.socket("control", site.camera) as control,
        httpx.AsyncClient(headers=site.owner.headers) as client,
        client.stream("GET", url) as answer,
    ):
        assert answer.headers["content-type"] == "multipart/x-mixed-replace; boundary=picture"
        await told(control, "live_start")
        async with site.socket("media", site.camera) as media:
            parts = answer.aiter_bytes()
            for sequence in (1, 2):
                await media.send(unit(sequence, kind=PICTURE, key=True, size=500))
                got = b""
                while not got.endswith(bytes(500) + b"\r\n"):
                    got += await anext(parts)
                assert got.startswith(b"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: 500\r\n\r\n")


class TestViewer:
    """What waits for one viewer."""

    def viewer(self, *, pictures: bool = False) -> tuple[LiveViewer, list[str]]:
        asked: list[str] = []
        return LiveViewer(pictures=pictures, request_key=lambda: asked.append("k")), asked

    async def taken(self, viewer: LiveViewer) -> list[int]:
        out = []
        while viewer.waiting:
            item = await viewer.take()
            assert not isinstance(item, str)
            out.append(item.sequence)
        return out

    async def test_a_slow_one_goes_on_with_the_next_key_unit(self) -> None:
        viewer, asked = self.viewer()
        viewer.offer(read_unit(unit(1, key=True)))
        assert await self.taken(viewer) == [1]
        for sequence in range(2, 12):
            viewer.offer(read_unit(unit(sequence)))
        assert await self.taken(viewer) == []
        viewer.offer(read_unit(unit(12, key=True)))
        assert await self.taken(viewer) == [], "nothing more goes behind what it has not got yet"
        viewer.acknowledge(1)
        assert asked == ["k"]
        viewer.offer(read_unit(unit(13)))
        viewer.offer(read_unit(unit(14, key=True)))
        assert await self.taken(viewer) == [14]

    async def test_what_waits_is_bounded_whatever_a_camera_claims(self) -> None:
        viewer, _ = self.viewer()
        viewer.offer(read_unit(unit(1, key=True)))
        for sequence in range(2, 40):
            viewer.offer(read_unit(unit(sequence, seconds=0.1, size=1 << 20)))
        assert viewer.waiting <= 5

    async def test_of_single_pictures_only_the_newest_waits(self) -> None:
        viewer, _ = self.viewer(pictures=True)
        for sequence in (1, 2, 3):
            viewer.offer(read_unit(unit(sequence, kind=PICTURE, key=True)))
        assert await self.taken(viewer) == [3]
