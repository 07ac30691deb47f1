"""Two replicas on one PostgreSQL: what one takes in, the viewers of the other see; background work is done once."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from api.broadcast import Subscription, TooSlow
from api.broadcast.port import Change
from api.broadcast.postgres import _LARGEST_PAYLOAD, PostgresBus, _parse, _payloads
from api.clock import SECOND, FakeClock
from api.db.lease_rows import release_lease, take_lease
from api.errors import Unavailable
from api.ids import uuid7
from api.tests.postgres import PostgresCluster
from api.tests.support import Server, jpeg, running, upload

PATIENCE = 20


@dataclass
class Pair:
    """Two replicas that share a database and a media folder."""

    first: Server
    second: Server

    @property
    def buses(self) -> tuple[PostgresBus, PostgresBus]:
        return self.first.app.state.bus, self.second.app.state.bus


@pytest.fixture
async def pair(tmp_path: Path, clock: FakeClock, postgres: PostgresCluster) -> AsyncIterator[Pair]:
    url = postgres.create_database()
    async with (
        running(tmp_path, clock=clock, database_url=url) as first,
        running(tmp_path, clock=clock, database_url=url) as second,
    ):
        pair = Pair(first, second)
        for bus in pair.buses:
            await connected(bus)
        yield pair


async def connected(bus: PostgresBus) -> None:
    async with asyncio.timeout(PATIENCE):
        while not bus.connected:
            await asyncio.sleep(0.01)


async def next_changes(subscription: Subscription) -> list[dict[str, object]]:
    async with asyncio.timeout(PATIENCE):
        received = await subscription.receive()
    return [json.loads(change.payload) for change in received.changes]


async def test_a_viewer_of_one_replica_sees_what_the_other_takes_in(pair: Pair, clock: FakeClock) -> None:
    camera = pair.first.add_camera()
    here, there = (bus.subscribe() for bus in pair.buses)
    answer = await upload(pair.first.client(camera), camera, jpeg(), clock)
    assert answer.status_code == 201
    for subscription in (here, there):
        changes = await next_changes(subscription)
        assert changes[0]["image_id"] == answer.json()["id"], "told once, as the first thing"
        assert changes[0]["action"] == "created"


async def test_a_replica_does_not_tell_its_own_viewers_twice(pair: Pair, clock: FakeClock) -> None:
    camera = pair.first.add_camera()
    here, there = (bus.subscribe() for bus in pair.buses)
    ids = []
    for number in range(5):
        answer = await upload(pair.first.client(camera), camera, jpeg(seed=number), clock)
        ids.append(answer.json()["id"])
    for subscription in (here, there):
        created: list[object] = []
        while len(created) < len(ids):
            created += [c["image_id"] for c in await next_changes(subscription) if c["action"] == "created"]
        assert created == ids


async def test_repeats_of_one_picture_at_both_replicas_give_one(pair: Pair, clock: FakeClock) -> None:
    camera = pair.first.add_camera()
    image_id = uuid7(clock.now())
    data = jpeg()
    clients = [pair.first.client(camera), pair.second.client(camera)]
    answers = await asyncio.gather(
        *(upload(clients[number % 2], camera, data, clock, id=image_id) for number in range(12))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]
    left = pair.first.left_behind()
    assert left.rows["images"] == 1
    assert len([name for name in left.files if name.startswith("images/")]) == 1


async def test_pictures_of_one_alert_at_both_replicas_are_all_counted(pair: Pair, clock: FakeClock) -> None:
    camera, owner = pair.first.add_camera(), pair.first.add_person()
    alert_id = uuid7(clock.now())
    clients = [pair.first.client(camera), pair.second.client(camera)]
    new = {"id": str(alert_id), "camera_id": str(camera.id), "timestamp": "2026-09-21T12:00:00Z", "type": "motion"}
    uploads = [
        upload(clients[number % 2], camera, jpeg(seed=number), clock, alert_id=alert_id, score=number / 40)
        for number in range(30)
    ]
    answers = await asyncio.gather(*uploads[:15], clients[1].post("/alerts", json=new), *uploads[15:])
    assert {answer.status_code for answer in answers} == {201}
    alert = (await pair.second.client(owner).get(f"/alerts/{alert_id}")).json()
    assert alert["image_count"] == 30
    key = (await pair.first.client(owner).get(f"/images/{alert['key_image_id']}")).json()
    assert key["score"] == pytest.approx(29 / 40)


async def test_a_lost_bus_is_made_good_by_reading_again(
    pair: Pair, clock: FakeClock, postgres: PostgresCluster
) -> None:
    """The database goes away under both replicas and comes back: 503 meanwhile, then everything goes on by itself."""
    camera = pair.first.add_camera()
    client = pair.first.client(camera, raise_bugs=False)
    assert (await upload(client, camera, jpeg(), clock)).status_code == 201
    there = pair.buses[1].subscribe()
    postgres.stop()
    try:
        refused = await upload(client, camera, jpeg(seed=1), clock)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        assert (await pair.second.client().get("/readyz")).status_code == 503
    finally:
        postgres.start()
    for bus in pair.buses:
        await connected(bus)
    with pytest.raises(TooSlow):
        await everything(there)
    answer = await until_stored(pair, camera, clock)
    changes = await next_changes(there)
    assert answer in [change.get("image_id") for change in changes]


async def everything(subscription: Subscription) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            await subscription.receive()


async def until_stored(pair: Pair, camera: object, clock: FakeClock) -> str:
    """Send as a camera does: again until it is taken."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await upload(pair.first.client(camera), camera, jpeg(seed=2), clock)  # type: ignore[arg-type]
            if answer.status_code == 201:
                return str(answer.json()["id"])
            assert answer.status_code == 503
            await asyncio.sleep(0.05)


async def test_one_holder_at_a_time_has_a_lease(pair: Pair, clock: FakeClock) -> None:
    def take(holder: str, server: Server, lasts: int = 60) -> bool:
        return server.transaction(
            lambda connection: take_lease(connection, "work", holder, clock.now(), lasts * SECOND)
        )

    assert take("a", pair.first)
    assert not take("b", pair.second)
    assert take("a", pair.first), "the holder renews it"
    clock.advance(61)
    assert take("b", pair.second), "it ends by itself when its holder is dead"
    assert not take("a", pair.first)
    pair.second.transaction(lambda connection: release_lease(connection, "work", "b"))
    assert take("a", pair.first)


def test_payloads_are_small_enough_and_lose_nothing() -> None:
    changes = [Change(uuid7(number), b'{"n":%d,"text":"%s"}' % (number, b"x" * 700)) for number in range(40)]
    payloads = list(_payloads("origin", changes))
    assert max(len(payload) for payload in payloads) <= _LARGEST_PAYLOAD
    assert len(payloads) < len(changes) / 5, "a few notifications carry them all"
    parsed = [_parse(payload) for payload in payloads]
    assert [change for _, found in parsed for change in found or ()] == changes


def test_a_change_too_large_to_carry_has_everything_read_again() -> None:
    payloads = list(_payloads("origin", [Change(uuid7(1), b'"' + b"x" * 9000 + b'"')]))
    assert [_parse(payload) for payload in payloads] == [("origin", None)]


async def test_a_database_that_hangs_is_unavailable_not_a_wait_for_ever(pair: Pair) -> None:
    with pytest.raises(Unavailable):
        await pair.first.app.state.services.gallery._database.read(
            lambda connection: (
                connection.execute(text("SET LOCAL statement_timeout = 50")),
                connection.execute(text("SELECT pg_sleep(10)")),
            )
        )
