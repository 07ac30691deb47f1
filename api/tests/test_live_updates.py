"""`GET /ws` as a browser meets it: a real server on a real socket, and a client that checks every message's shape."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import jsonschema
import pytest
import uvicorn
import websockets
from websockets.asyncio.client import ClientConnection, connect

from api.broadcast import Change, InProcessBus
from api.models import Role
from api.routers import audience
from api.tests.conformance import CONTRACT
from api.tests.support import CameraAccess, PersonAccess, Server, at, jpeg, running, upload

MESSAGE = jsonschema.Draft202012Validator(
    json.loads((CONTRACT / "ws.schema.json").read_text(encoding="utf-8")), format_checker=jsonschema.FormatChecker()
)


@dataclass
class Live:
    """A server that listens, one camera, one owner."""

    server: Server
    port: int
    camera: CameraAccess
    owner: PersonAccess

    @asynccontextmanager
    async def viewer(
        self, who: PersonAccess | CameraAccess | None = None, cursor: str | None = None, **headers: str
    ) -> AsyncIterator[ClientConnection]:
        url = f"ws://127.0.0.1:{self.port}/ws" + ("" if cursor is None else f"?cursor={cursor}")
        sent = {**(self.owner if who is None else who).headers, **headers}
        async with (
            asyncio.timeout(20),
            connect(url, additional_headers=sent, compression=None, max_size=None, max_queue=1) as connection,
        ):
            yield connection


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Live]:
    bus = InProcessBus(ring=64)
    async with running(tmp_path, bus=bus) as server:
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(server.app, lifespan="off", log_level="warning", ws_per_message_deflate=False)
        web = uvicorn.Server(config)
        serving = asyncio.create_task(web.serve(sockets=[listener]))
        yield Live(server, listener.getsockname()[1], server.add_camera(), server.add_person())
        web.should_exit = True
        await serving
        listener.close()


async def message(connection: ClientConnection, *, heartbeats: bool = False) -> dict[str, Any]:
    """The next message; a heartbeat may come at any time and is passed over where it isn't asked for."""
    while True:
        async with asyncio.timeout(10):
            found: dict[str, Any] = json.loads(await connection.recv())
        assert [error.message for error in MESSAGE.iter_errors(found)] == []
        if heartbeats or found["type"] != "heartbeat":
            return found


async def read_on(connection: ClientConnection) -> None:
    while True:
        await connection.recv()


async def closed_with(connection: ClientConnection) -> int:
    """The code with which the server ends the connection, whatever it sends before."""
    with pytest.raises(websockets.ConnectionClosedError) as closed:
        await read_on(connection)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


async def changes(connection: ClientConnection, count: int) -> list[dict[str, Any]]:
    """The next changes, over as many messages as they come in."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        received = await message(connection)
        if received["type"] == "changes":
            found += received["changes"]
    return found


async def test_the_first_message_is_a_greeting(live: Live) -> None:
    async with live.viewer() as viewer:
        hello = await message(viewer)
    assert (hello["type"], hello["seq"], hello["resumed"]) == ("hello", 0, False)
    assert hello["server_time"] == at(live.server.clock)


async def test_what_a_camera_does_is_seen_in_order(live: Live) -> None:
    client = live.server.client(live.camera)
    async with live.viewer() as viewer:
        await message(viewer)
        sent = {"timestamp": at(live.server.clock), "type": "motion", "camera_id": str(live.camera.id)}
        alert = (await client.post("/alerts", json=sent)).json()
        image = (await upload(client, live.camera, jpeg(), live.server.clock, alert_id=alert["id"], score=0.5)).json()
        seen = await changes(viewer, 4)
        assert [(change["kind"], change["action"]) for change in seen] == [
            ("alert", "created"),
            ("image", "created"),
            ("alert", "updated"),
            ("image", "updated"),
        ]
        expected = {name: value for name, value in alert.items() if name != "reviewed"}
        assert seen[0]["alert"] == expected
        assert seen[1]["image"] == image
        assert seen[2]["alert"] == {**expected, "image_count": 1, "key_image_id": image["id"]}
        assert seen[3]["image"]["average_color"] is not None
        await client.post(f"/cameras/{live.camera.id}/heartbeat", json={"agent_version": "1"})
        heard = (await changes(viewer, 1))[0]
        assert (heard["kind"], heard["camera"]["online"]) == ("camera", True)
        # A repeat is no change.
        await client.post("/alerts", json={**sent, "id": alert["id"]})
        await client.patch(f"/alerts/{alert['id']}", json={"ended_at": at(live.server.clock)})
        ended = (await changes(viewer, 1))[0]
        assert (ended["action"], ended["alert"]["ended_at"]) == ("updated", at(live.server.clock))


async def test_what_a_person_sees_on_the_wire_is_what_they_would_read(live: Live) -> None:
    image = (await upload(live.server.client(live.camera), live.camera, jpeg(), live.server.clock)).json()
    owner = live.server.client(live.owner)
    await owner.get(f"/images/{image['id']}/thumbnail")
    async with live.viewer() as viewer:
        await message(viewer)
        await owner.patch(f"/images/{image['id']}", json={"starred": True, "labels": ["person"]})
        await owner.patch(f"/cameras/{live.camera.id}", json={"name": "Gate"})
        seen = [change for change in await changes(viewer, 2) if change["action"] == "updated"]
        by_kind = {change["kind"]: change for change in seen}
        assert by_kind["image"]["image"] == (await owner.get(f"/images/{image['id']}")).json()
        assert by_kind["camera"]["camera"] == (await owner.get(f"/cameras/{live.camera.id}")).json()


async def test_messages_are_numbered_without_a_hole(live: Live) -> None:
    client = live.server.client(live.camera)
    async with live.viewer() as viewer:
        numbers = [(await message(viewer))["seq"]]
        kept = 0
        for number in range(10):
            sent = {
                "timestamp": at(live.server.clock),
                "type": "motion",
                "camera_id": str(live.camera.id),
                "score": number / 10,
            }
            await client.post("/alerts", json=sent)
            while kept <= number:
                received = await message(viewer)
                numbers.append(received["seq"])
                kept += len(received["changes"])
    assert numbers == list(range(len(numbers)))


async def test_a_burst_comes_in_few_messages_and_whole(live: Live) -> None:
    client = live.server.client(live.camera)
    sent = {"timestamp": at(live.server.clock), "type": "motion", "camera_id": str(live.camera.id)}
    async with live.viewer() as viewer:
        await message(viewer)
        answers = await asyncio.gather(*(client.post("/alerts", json=sent) for _ in range(40)))
        seen = await changes(viewer, 40)
    assert {change["alert_id"] for change in seen} == {answer.json()["id"] for answer in answers}


async def test_a_viewer_that_comes_back_misses_nothing(live: Live) -> None:
    client = live.server.client(live.camera)
    sent = {"timestamp": at(live.server.clock), "type": "motion", "camera_id": str(live.camera.id)}
    async with live.viewer() as viewer:
        await message(viewer)
        await client.post("/alerts", json=sent)
        cursor = (await message(viewer))["cursor"]
    missed = [(await client.post("/alerts", json=sent)).json()["id"] for _ in range(3)]
    async with live.viewer(cursor=cursor) as viewer:
        hello = await message(viewer)
        assert (hello["seq"], hello["resumed"], hello["cursor"]) == (0, True, cursor)
        assert [change["alert_id"] for change in await changes(viewer, 3)] == missed


@pytest.mark.parametrize("cursor", ["", "x", "12345678.0", "%00", "9" * 3000])
async def test_a_cursor_that_cannot_be_resumed_says_so(live: Live, cursor: str) -> None:
    async with live.viewer(cursor=cursor) as viewer:
        assert (await message(viewer))["resumed"] is False


async def test_a_viewer_that_was_overtaken_is_told_and_goes_on(live: Live) -> None:
    bus: InProcessBus = live.server.app.state.bus
    sent = {"timestamp": at(live.server.clock), "type": "motion", "camera_id": str(live.camera.id)}
    async with live.viewer() as viewer:
        await message(viewer)
        for _ in range(200):
            # More than the ring holds, before any task of a viewer gets its turn.
            bus.publish([Change(live.camera.id, b"never sent")])
        resync = await message(viewer)
        assert (resync["type"], resync["seq"]) == ("resync", 1)
        alert = (await live.server.client(live.camera).post("/alerts", json=sent)).json()
        assert (await changes(viewer, 1))[0]["alert_id"] == alert["id"]


async def test_a_viewer_that_does_not_read_slows_nobody(live: Live) -> None:
    """24 MB are offered to both; the one that reads gets all of it meanwhile, each change once."""
    bus: InProcessBus = live.server.app.state.bus
    async with live.viewer() as stuck, live.viewer() as quick:
        await message(quick)
        for number in range(400):
            bus.publish([Change(live.camera.id, b'{"number":%d,"padding":"%s"}' % (number, b"x" * 60_000))])
            if number % 20 == 19:
                seen: list[int] = []
                async with asyncio.timeout(10):
                    while len(seen) < 20:
                        received = json.loads(await quick.recv())
                        seen += [change["number"] for change in received["changes"]]
                assert seen == list(range(number - 19, number + 1))
        # Whoever comes to read again is told that it has missed something.
        kinds = set()
        async with asyncio.timeout(10):
            while "resync" not in kinds:
                kinds.add(json.loads(await stuck.recv())["type"])


async def test_reviewing_is_told_to_the_person_alone(live: Live) -> None:
    sent = {"timestamp": at(live.server.clock), "type": "motion", "camera_id": str(live.camera.id)}
    alert = (await live.server.client(live.camera).post("/alerts", json=sent)).json()
    other = live.server.add_person(Role.MEMBER)
    async with live.viewer() as mine, live.viewer() as my_other_window, live.viewer(other) as theirs:
        for viewer in (mine, my_other_window, theirs):
            await message(viewer)
        client = live.server.client(live.owner)
        await client.patch(f"/alerts/{alert['id']}", json={"reviewed": True})
        await client.patch(f"/alerts/{alert['id']}", json={"starred": True})
        for viewer in (mine, my_other_window):
            seen = await changes(viewer, 2)
            assert seen[0] == {
                "kind": "review",
                "action": "updated",
                "alert_id": alert["id"],
                "camera_id": str(live.camera.id),
                "reviewed": True,
            }
            assert seen[1]["alert"]["starred"] is True
        only = await changes(theirs, 1)
        assert [change["kind"] for change in only] == ["alert"]
        assert "reviewed" not in only[0]["alert"], "what one person has reviewed is no other's business"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://[", "http://127.0.0.1:1", ""])
async def test_a_page_of_another_site_does_not_get_in(live: Live, origin: str) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with live.viewer(Origin=origin):
            pass
    assert refused.value.response.status_code == 403


async def test_the_viewer_s_own_page_gets_in(live: Live) -> None:
    async with live.viewer(Origin=f"http://127.0.0.1:{live.port}") as viewer:
        assert (await message(viewer))["type"] == "hello"


@pytest.mark.parametrize("who", ["nobody", "somebody of old", "a camera", "a camera's token as cookie"])
async def test_who_is_not_signed_in_is_told_to_sign_in(live: Live, who: str) -> None:
    """By the close code, which a page can read; a refused handshake would look like a dead network to it."""
    access: dict[str, PersonAccess | CameraAccess] = {
        "nobody": PersonAccess(UUID(int=0), ""),
        "somebody of old": PersonAccess(UUID(int=0), "x" * 43),
        "a camera": live.camera,
        "a camera's token as cookie": PersonAccess(live.camera.id, live.camera.token),
    }
    async with live.viewer(access[who]) as viewer:
        assert await closed_with(viewer) == 4401


async def test_signing_out_ends_the_connection(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.server.app.state.audience, "_check_sessions_seconds", 0.02)
    async with live.viewer() as viewer:
        await message(viewer)
        assert (await live.server.client(live.owner).delete("/session")).status_code == 204
        assert await closed_with(viewer) == 4401


async def test_a_quiet_connection_has_a_heartbeat(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience, "_BEAT_SECONDS", 0.01)
    monkeypatch.setattr(audience, "_HEARTBEAT_SECONDS", 1)
    async with live.viewer() as viewer:
        hello = await message(viewer)
        beats = [await message(viewer, heartbeats=True) for _ in range(3)]
    assert [(beat["type"], beat["seq"], beat["cursor"]) for beat in beats] == [
        ("heartbeat", number, hello["cursor"]) for number in (1, 2, 3)
    ]


async def test_what_a_client_says_is_ignored_but_bounded(live: Live) -> None:
    async with live.viewer() as viewer:
        await message(viewer)
        for _ in range(20):
            await viewer.send("nonsense")
        await live.server.client(live.owner).patch(f"/cameras/{live.camera.id}", json={"name": "Gate"})
        assert (await changes(viewer, 1))[0]["kind"] == "camera"
    async with live.viewer() as viewer:
        await message(viewer)
        await viewer.send(b"\x00\xff binary")
        with pytest.raises(websockets.ConnectionClosed):
            await viewer.recv()


async def test_a_connection_that_ends_leaves_no_task(live: Live) -> None:
    before = len(asyncio.all_tasks())
    async with live.viewer() as viewer:
        await message(viewer)
        assert len(asyncio.all_tasks()) > before
    async with asyncio.timeout(10):
        while len(asyncio.all_tasks()) > before:
            await asyncio.sleep(0.01)


async def test_plain_http_to_it_is_no_page(live: Live) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{live.port}") as client:
        assert (await client.get("/ws")).status_code == 404
