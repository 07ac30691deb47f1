"""The shared connection on fake time: who pauses, for how long, and what ends a pause early."""

import asyncio
import io
import random
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from auxiliary.clock import FakeClock
from auxiliary.delivery import Verdict
from auxiliary.link import Link
from auxiliary.status import Status
from auxiliary.tests.virtual_time import run_virtually
from auxiliary.wire import Request

ASK = Request("GET", "/anything")
OURS = {"content-type": "application/problem+json"}


class Patient(random.Random):
    """Draws the longest wait there is."""

    def uniform(self, a: float, b: float) -> float:
        return b


class Script:
    """A server that is reached or not, and calls its camera what it is told to."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.answers: Callable[[], httpx.Response] = lambda: httpx.Response(200, json={})
        self.camera = "camera-1"
        self.output = io.StringIO()
        self.asked: list[str] = []

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        await asyncio.sleep(0.01)
        if request.url.path == "/cameras/self":
            answer = self.answers()
            return (
                answer if answer.status_code != 200 else httpx.Response(200, json={"id": self.camera, "name": "Yard"})
            )
        return self.answers()

    def play(self, scene: Callable[[Link], Awaitable[Any]]) -> None:
        async def main() -> None:
            transport = httpx.MockTransport(self.handle)
            async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
                await scene(Link(client, self.clock, Status(self.output), Patient()))

        run_virtually(self.clock, main())

    def seconds(self) -> float:
        return self.clock.monotonic_ns() / 1e9 - 1


def refused() -> httpx.Response:
    raise httpx.ConnectError("All connection attempts failed") from ConnectionRefusedError()


async def _fail(link: Link, times: int) -> None:
    for _ in range(times):
        await link.ready()
        await link.exchange(ASK, None)


def test_pauses_grow_while_the_server_is_away_and_start_over_when_it_was_there() -> None:
    script = Script()

    async def scene(link: Link) -> None:
        await link.ready()
        script.answers = refused
        began = script.seconds()
        await _fail(link, 4)
        assert script.seconds() - began > 1 + 2 + 4
        await link.ready()
        assert script.seconds() - began > 1 + 2 + 4 + 8
        script.answers = lambda: httpx.Response(200, json={})
        assert (await link.exchange(ASK, None)).verdict is Verdict.DELIVERED
        before = script.seconds()
        await link.ready()
        assert script.seconds() == before

    script.play(scene)
    assert script.output.getvalue().count("not reachable") == 1
    assert "Server reached again" in script.output.getvalue()


def test_something_urgent_ends_a_pause_but_not_one_that_the_server_asked_for() -> None:
    script = Script()

    async def waited_with_a_nudge_after_five_seconds(link: Link) -> float:
        await link.exchange(ASK, None)
        began = script.seconds()
        asyncio.get_running_loop().call_later(5, link.nudge)
        await link.ready()
        return script.seconds() - began

    async def scene(link: Link) -> None:
        await link.ready()
        script.answers = refused
        await _fail(link, 7)
        assert 4.9 < await waited_with_a_nudge_after_five_seconds(link) < 5.1
        script.answers = lambda: httpx.Response(503, headers={"retry-after": "20"})
        assert 19.9 < await waited_with_a_nudge_after_five_seconds(link) < 20.1

    script.play(scene)


def test_several_failures_at_once_are_one_failure() -> None:
    script = Script()

    async def scene(link: Link) -> None:
        await link.ready()
        script.answers = refused
        await asyncio.gather(*(link.exchange(ASK, None) for _ in range(10)))
        began = script.seconds()
        await link.ready()
        assert script.seconds() - began < 1.1

    script.play(scene)


def test_after_a_401_the_camera_learns_again_who_it_is() -> None:
    script = Script()

    async def scene(link: Link) -> None:
        assert await link.ready() == "camera-1"
        script.answers = lambda: httpx.Response(401, headers=OURS, json={"code": "unauthenticated", "detail": "No."})
        assert (await link.exchange(ASK, None)).verdict is Verdict.UNAUTHORIZED
        script.camera = "camera-2"
        script.answers = lambda: httpx.Response(200, json={})
        assert await link.ready() == "camera-2"

    script.play(scene)
    assert "does not accept this camera's token" in script.output.getvalue()


def test_everybody_waits_for_one_identification() -> None:
    script = Script()

    async def scene(link: Link) -> None:
        assert set(await asyncio.gather(link.ready(), link.ready(), link.ready())) == {"camera-1"}

    script.play(scene)
    assert script.asked == ["/cameras/self"]


def test_a_server_that_answers_with_anything_else_is_not_ours() -> None:
    script = Script()
    said = []

    async def scene(link: Link) -> None:
        script.camera = None  # type: ignore[assignment]
        task = asyncio.create_task(link.ready())
        await asyncio.sleep(5)
        said.append(script.output.getvalue())
        script.camera = "camera-1"
        assert await task == "camera-1"

    script.play(scene)
    assert "does not answer like a camera server" in said[0]


def test_a_request_that_a_library_chokes_on_is_a_failure_like_others() -> None:
    script = Script()

    def surprise() -> httpx.Response:
        raise ZeroDivisionError

    async def scene(link: Link) -> None:
        await link.ready()
        script.answers = surprise
        assert (await link.exchange(ASK, None)).verdict is Verdict.FAILED

    script.play(scene)
