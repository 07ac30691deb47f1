"""Who waits for whom on the line: counted in pieces and in the seconds of a fake clock."""

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

import httpx

from auxiliary.clock import FakeClock
from auxiliary.courtesy import Courtesy, Manners, PoliteTransport
from auxiliary.link import Link
from auxiliary.status import Status
from auxiliary.tests.virtual_time import run_virtually
from auxiliary.wire import Part, Request

BODY = bytes(range(256)) * 160  # five pieces


def seconds(clock: FakeClock, work: Coroutine[Any, Any, None]) -> float:
    begun_ns = clock.monotonic_ns()
    run_virtually(clock, work)
    return (clock.monotonic_ns() - begun_ns) / 1e9


def test_a_half_sent_picture_stands_still_while_an_alarm_is_on_its_way() -> None:
    clock = FakeClock()
    events: list[str] = []

    async def main() -> None:
        courtesy = Courtesy(clock)
        pieces = Manners(courtesy, backlog=False).pieces(BODY)
        events.append(f"{len(await anext(pieces))} bytes")

        async def alarm() -> None:
            with courtesy.urgent():
                await asyncio.sleep(2)
                events.append("alarm")

        task = asyncio.create_task(alarm())
        await asyncio.sleep(0.1)
        events.append(f"{len(await anext(pieces))} bytes")
        await task

    run_virtually(clock, main())
    assert events == ["8192 bytes", "alarm", "8192 bytes"]


def test_an_alarm_that_takes_for_ever_does_not_make_a_server_close_the_other_connection() -> None:
    clock = FakeClock()

    async def main() -> None:
        courtesy = Courtesy(clock)
        with courtesy.urgent():
            await courtesy.turn(1, backlog=False)

    assert 4 < seconds(clock, main()) < 6


def test_a_backlog_keeps_to_its_rate_and_what_is_new_does_not_have_to() -> None:
    async def send(courtesy: Courtesy, *, backlog: bool) -> None:
        async for _ in Manners(courtesy, backlog=backlog).pieces(BODY):
            pass

    clock = FakeClock()
    assert seconds(clock, send(Courtesy(clock, 64), backlog=False)) < 0.1
    # The first piece goes at once.
    assert 4.0 < seconds(clock, send(Courtesy(clock, 64), backlog=True)) < 4.3
    assert seconds(clock, send(Courtesy(clock, 0), backlog=True)) < 0.1


async def test_what_arrives_is_what_was_sent() -> None:
    arrived: list[bytes] = []

    async def take(request: httpx.Request) -> httpx.Response:
        arrived.append(await request.aread())
        assert request.headers["content-length"] == str(len(BODY))
        return httpx.Response(200)

    async with httpx.AsyncClient(transport=PoliteTransport(httpx.MockTransport(take))) as client:
        manners = Manners(Courtesy(FakeClock()), backlog=True)
        await client.post("http://server/", content=BODY, extensions={"manners": manners})
    assert arrived == [BODY]


async def test_a_large_picture_is_given_the_time_that_a_slow_line_needs() -> None:
    waits: list[dict[str, float]] = []

    def take(request: httpx.Request) -> httpx.Response:
        waits.append(request.extensions["timeout"])
        return httpx.Response(503)

    async with httpx.AsyncClient(transport=httpx.MockTransport(take), base_url="http://server", timeout=20) as client:
        link = Link(client, FakeClock(), Status(), random.Random(1))
        for size_bytes in (1000, 600_000):
            files: dict[str, Part] = {"file": ("a.jpg", bytes(size_bytes), "image/jpeg", {})}
            await link.exchange(Request("POST", "/images", None, {}, files), None)
    assert [wait["read"] for wait in waits] == [20, 200]
    assert [wait["connect"] for wait in waits] == [20, 20]
