"""Notifications: told once, tried again, never silently lost. A real server at the other end of every channel."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import httpx
import orjson
import pytest
from sqlalchemy import Connection, func, select

from api.clock import FakeClock
from api.models import JobState, channels, jobs
from api.notify.webhook import sign
from api.services.notifications.delivery import DeliveryWorker, ReadPicture
from api.services.notifications.secret_box import SecretBox
from api.tests.http_sink import Sink, http_sink
from api.tests.support import CameraAccess, PersonAccess, Server, at, jpeg, raise_alert, running, upload

SECRET = "a secret of the test's own"


@pytest.fixture
async def server(tmp_path: Path, clock: FakeClock, database_url: str) -> AsyncIterator[Server]:
    """One whose admin has allowed what the test listens at."""
    async with running(tmp_path, clock=clock, database_url=database_url, allowed_outbound="127.0.0.1") as started:
        yield started


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with http_sink() as opened:
        yield opened


async def add_webhook(client: httpx.AsyncClient, sink: Sink, path: str = "/", name: str = "My program") -> str:
    config = {"kind": "webhook", "url": sink.address + path, "secret": SECRET}
    answer = await client.post("/notifications/channels", json={"name": name, "config": config})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def until(condition: Any, seconds: float = 30.0) -> None:
    """Wait for something that another task does; the wait ends the test when it never happens."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def log_of(client: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    answer = await client.get("/notifications", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def settled(client: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    """The log once nothing in it is queued but pictures, which wait for their alerts'."""
    async with asyncio.timeout(30):
        while True:
            items = await log_of(client, **query)
            if items and all(item["state"] != "queued" or item["rule"] == "picture" for item in items):
                return items
            await asyncio.sleep(0.02)


async def pass_time(server: Server, clock: FakeClock, seconds: float) -> None:
    """Move the clock once nothing is due or being sent: otherwise the leases of what is in flight would end with it."""

    def busy(connection: Connection) -> bool:
        in_hand = (jobs.c.due_at <= clock.now()) | (jobs.c.lease_until > 0)
        query = select(jobs.c.id).where(jobs.c.state == JobState.QUEUED.value, in_hand)
        return connection.execute(query).first() is not None

    async with asyncio.timeout(30):
        while server.transaction(busy):
            await asyncio.sleep(0.02)
    clock.advance(seconds)


async def test_an_alert_is_told_once_with_its_picture_and_signed(
    server: Server,
    as_owner: httpx.AsyncClient,
    as_camera: httpx.AsyncClient,
    camera: CameraAccess,
    clock: FakeClock,
    sink: Sink,
) -> None:
    await add_webhook(as_owner, sink)
    alert = await raise_alert(as_camera, camera, clock)
    await upload(as_camera, camera, jpeg(), clock, alert_id=alert["id"])
    await until(lambda: sink.received)
    first = sink.received[0]
    told = orjson.loads(first.body)
    assert told["alert"]["id"] == alert["id"]
    assert told["camera_name"] == "Porch"
    assert told["type"] == "new"
    timestamp = first.headers["webhook-timestamp"]
    assert first.headers["webhook-signature"] == sign(SECRET, first.headers["webhook-id"], timestamp, first.body)
    repeated = await raise_alert(as_camera, camera, clock, id=alert["id"], timestamp=alert["timestamp"])
    assert repeated["id"] == alert["id"]
    new = [item for item in await log_of(as_owner, alert_id=alert["id"]) if item["phase"] == "new"]
    assert [item["rule"] for item in new] == ["everything"]
    assert server.app.state.services.metrics.value("picam_notification_seconds_count", kind="webhook") == 1


async def test_what_became_of_messages_is_forgotten_after_a_month(
    server: Server,
    as_owner: httpx.AsyncClient,
    as_camera: httpx.AsyncClient,
    camera: CameraAccess,
    clock: FakeClock,
    sink: Sink,
) -> None:
    await add_webhook(as_owner, sink)
    await raise_alert(as_camera, camera, clock)
    await settled(as_owner)
    await pass_time(server, clock, 120)  # The picture that was to follow is given up.
    await pass_time(server, clock, 29 * 86_400)
    await server.app.state.purging.purge()
    count = select(func.count()).select_from(jobs)
    before = server.transaction(lambda connection: connection.execute(count).scalar_one())
    clock.advance(2 * 86_400)
    await server.app.state.purging.purge()
    after = server.transaction(lambda connection: connection.execute(count).scalar_one())
    assert (before > 0, after) == (True, 0)


async def test_the_settings_of_a_channel_are_encrypted_and_never_sent_back(
    server: Server, as_owner: httpx.AsyncClient, sink: Sink
) -> None:
    await add_webhook(as_owner, sink)
    shown = (await as_owner.get("/notifications/channels")).text
    assert SECRET not in shown
    assert sink.address not in shown
    stored = server.transaction(lambda connection: connection.execute(channels.select()).one())
    assert SECRET.encode() not in stored.config
    key = server.settings.resolved_secret_key_file()
    assert key.stat().st_mode & 0o077 == 0


async def test_a_failing_channel_is_tried_again_until_it_works(
    server: Server,
    as_owner: httpx.AsyncClient,
    as_camera: httpx.AsyncClient,
    camera: CameraAccess,
    clock: FakeClock,
    sink: Sink,
) -> None:
    answers = iter([(503, {}), (429, {"retry-after": "20"}), (200, {})])
    sink.answer = lambda _request: next(answers)
    await add_webhook(as_owner, sink)
    await raise_alert(as_camera, camera, clock)
    await until(lambda: len(sink.received) == 1)
    for tries, seconds in ((1, 1.3), (2, 20.0)):
        await pass_time(server, clock, seconds)
        await until(lambda: len(sink.received) == tries + 1)  # noqa: B023 - awaited within the turn
    items = [item for item in await settled(as_owner) if item["phase"] == "new"]
    assert [(item["state"], item["tries"], item["http_status"]) for item in items] == [("sent", 3, 200)]


async def test_a_hanging_channel_delays_no_other(
    server: Server,
    as_owner: httpx.AsyncClient,
    as_camera: httpx.AsyncClient,
    camera: CameraAccess,
    clock: FakeClock,
    sink: Sink,
) -> None:
    sink.answer = lambda request: None if request.path == "/hangs" else (200, {})
    await add_webhook(as_owner, sink, "/hangs", "Hangs")
    await add_webhook(as_owner, sink, "/works", "Works")
    for _ in range(3):
        await raise_alert(as_camera, camera, clock)
        clock.advance(1000)
    await until(lambda: sum(request.path == "/works" for request in sink.received) >= 3)
    assert sum(request.path == "/hangs" for request in sink.received) == 1


async def test_a_channel_that_is_gone_is_told_of_through_another(
    server: Server,
    as_owner: httpx.AsyncClient,
    as_camera: httpx.AsyncClient,
    camera: CameraAccess,
    clock: FakeClock,
    sink: Sink,
) -> None:
    sink.answer = lambda request: (410 if request.path == "/gone" else 200, {})
    await add_webhook(as_owner, sink, "/gone", "Old phone")
    await add_webhook(as_owner, sink, "/works", "Works")
    await raise_alert(as_camera, camera, clock)
    await until(lambda: any(b"channel_dead" in request.body for request in sink.received))
    words = next(orjson.loads(r.body) for r in sink.received if b"channel_dead" in r.body)
    assert "Old phone" in words["title"]
    await settled(as_owner)
    listed = (await as_owner.get("/notifications/channels")).json()["items"]
    assert {item["name"]: item["dead"] for item in listed} == {"Old phone": True, "Works": False}
    asked = sum(request.path == "/gone" for request in sink.received)
    clock.advance(1000)
    await raise_alert(as_camera, camera, clock)
    await settled(as_owner)
    assert sum(request.path == "/gone" for request in sink.received) == asked


async def test_one_walk_through_three_cameras_is_one_message(
    server: Server, as_owner: httpx.AsyncClient, clock: FakeClock, sink: Sink
) -> None:
    config = {"kind": "ntfy", "server": sink.address, "topic": "yard"}
    added = await as_owner.post("/notifications/channels", json={"name": "ntfy", "config": config})
    assert added.status_code == 201
    walkers = [server.add_camera(name) for name in ("Gate", "Yard", "Door")]
    for step in range(40):
        camera = walkers[step % 3]
        client = server.client(camera)
        alert = await raise_alert(client, camera, clock)
        await client.patch(f"/alerts/{alert['id']}", json={"ended_at": at(clock, 1)})
        clock.advance(2.25)
    await settled(as_owner)
    assert len(sink.received) == 1
    items = (await as_owner.get("/notifications", params={"limit": "100"})).json()["items"]
    assert sorted({(item["state"], item["rule"]) for item in items}) == [
        ("sent", "everything"),
        ("suppressed", "same_walk"),
    ]
    person = server.client(walkers[0])
    clock.advance(5)
    await raise_alert(person, walkers[0], clock, type="person")
    clock.advance(1.1)  # ntfy cannot replace a message, so it waits for a picture
    await until(lambda: len(sink.received) == 2)


async def test_the_budget_ends_in_a_summary_and_never_in_silence(
    server: Server,
    as_owner: httpx.AsyncClient,
    as_camera: httpx.AsyncClient,
    camera: CameraAccess,
    clock: FakeClock,
    sink: Sink,
) -> None:
    await add_webhook(as_owner, sink)
    await as_owner.patch("/notifications/settings", json={"hourly_budget": 2})
    for _ in range(5):
        await raise_alert(as_camera, camera, clock, ended_at=at(clock, 1))
        await pass_time(server, clock, 400)
    await until(lambda: sum(b'"new"' in request.body for request in sink.received) == 2)
    await pass_time(server, clock, 3600)
    await until(lambda: any(b'"summary"' in request.body for request in sink.received))
    words = next(orjson.loads(r.body) for r in sink.received if b'"summary"' in r.body)
    assert words["title"] == "3 more events"
    assert words["text"] == "3 at Porch"


async def test_a_message_too_old_comes_as_one_digest(
    server: Server,
    as_owner: httpx.AsyncClient,
    as_camera: httpx.AsyncClient,
    camera: CameraAccess,
    clock: FakeClock,
    sink: Sink,
) -> None:
    sink.answer = lambda _request: (503, {})
    await add_webhook(as_owner, sink)
    for _ in range(3):
        await raise_alert(as_camera, camera, clock)
        await pass_time(server, clock, 1000)
    assert len(sink.received) >= 3
    await pass_time(server, clock, 7 * 3600)
    sink.answer = lambda _request: (200, {})
    async with asyncio.timeout(30):
        while sum(item["state"] == "expired" for item in await log_of(as_owner)) < 3:
            await asyncio.sleep(0.05)
    await pass_time(server, clock, 300)
    await until(lambda: any(b'"digest"' in request.body for request in sink.received))
    words = next(orjson.loads(r.body) for r in sink.received if b'"digest"' in r.body)
    assert words["title"] == "While you could not be reached: 3 more events"


async def test_it_stops_though_it_is_woken_at_that_moment(server: Server) -> None:
    """A cancellation that came as the wait for work ended was once swallowed: the server never stopped."""
    database = server.app.state.services.channels._database
    worker = DeliveryWorker(
        database, {}, cast(SecretBox, None), server.clock, read_picture=cast(ReadPicture, None), public_url=None
    )
    for _ in range(20):
        running_worker = asyncio.create_task(worker.run())
        await asyncio.sleep(0.02)
        worker.wake()
        running_worker.cancel()
        async with asyncio.timeout(10):
            await asyncio.gather(running_worker, return_exceptions=True)


async def test_nobody_sees_or_changes_another_persons_channels(
    server: Server, as_owner: httpx.AsyncClient, sink: Sink
) -> None:
    channel = await add_webhook(as_owner, sink)
    other: PersonAccess = server.add_person()
    stranger = server.client(other)
    assert (await stranger.get("/notifications/channels")).json()["items"] == []
    unknown = await stranger.delete(f"/notifications/channels/{uuid4()}")
    foreign = await stranger.delete(f"/notifications/channels/{channel}")
    assert (foreign.status_code, foreign.json()) == (404, unknown.json())


async def test_a_test_message_says_what_happened(server: Server, as_owner: httpx.AsyncClient, sink: Sink) -> None:
    sink.answer = lambda _request: (400, {})
    channel = await add_webhook(as_owner, sink)
    asked = await as_owner.post(f"/notifications/channels/{channel}/test")
    assert asked.status_code == 202
    items = await settled(as_owner)
    assert [(item["phase"], item["state"], item["http_status"]) for item in items] == [("test", "dead", 400)]
    assert items[0]["last_error"] == "It answered 400."


async def test_no_address_of_the_servers_own_network_is_called_unless_an_admin_allows_it(
    tmp_path: Path, clock: FakeClock, sink: Sink
) -> None:
    async with running(tmp_path, clock=clock) as careful:
        client = careful.client(careful.add_person())
        channel = await add_webhook(client, sink)
        await client.post(f"/notifications/channels/{channel}/test")
        (message,) = await settled(client)
    assert sink.received == []
    assert (message["state"], message["http_status"]) == ("dead", None)
    assert "PICAM_ALLOWED_OUTBOUND" in message["last_error"]
