"""The connection to the server, shared by everything that sends: who we are to it, whether it answers, when to try again.

One asyncio task at a time learns the camera's id; everybody waits while the server is away. It sends one request per
`exchange`, without repeating it, and never raises for what the network or the server does.
"""

import asyncio
import logging
import math
import random
from collections.abc import Callable

import httpx

from auxiliary.backoff import Backoff
from auxiliary.clock import Clock
from auxiliary.courtesy import Manners
from auxiliary.delivery import Outcome, Verdict, judge, judge_failure
from auxiliary.status import Status
from auxiliary.wire import SELF_PATH, Request, server_time_ns

logger = logging.getLogger(__name__)

_NUDGE_AFTER_NS = 2_000_000_000
_SAY_EVERY_SECONDS = 30.0
_USUAL_BYTES = 60_000  # what the client's own patience of 20 s is meant for


class Link:
    """Lives in one event loop. `kept` says in words what waits in the spool, for status lines."""

    def __init__(self, client: httpx.AsyncClient, clock: Clock, status: Status, rng: random.Random) -> None:
        self.kept: Callable[[], str] = lambda: "everything"
        self.camera_id: str | None = None
        self._client = client
        self._clock = clock
        self._status = status
        self._backoff = Backoff(rng)
        self._identifying = asyncio.Lock()
        self._nudged = asyncio.Event()
        self._resume_at_ns = 0
        self._paused_at_ns = 0
        self._may_be_nudged = False

    @property
    def server(self) -> str:
        return str(self._client.base_url).rstrip("/")

    async def ready(self) -> str:
        """Wait until the server may be asked and knows us; return our camera id."""
        while True:
            await self._pause()
            if self.camera_id is not None:
                return self.camera_id
            async with self._identifying:
                if self.camera_id is None and self._clock.monotonic_ns() >= self._resume_at_ns:
                    await self._identify()

    def nudge(self) -> None:
        """Something urgent came up: try now rather than at the end of a long pause, unless the server asked us to wait."""
        if self._may_be_nudged and self._clock.monotonic_ns() - self._paused_at_ns >= _NUDGE_AFTER_NS:
            self._resume_at_ns = 0
            self._nudged.set()

    async def exchange(self, request: Request, expected_id: str | None, manners: Manners | None = None) -> Outcome:
        """Send one request and say what came of it; failures make everybody pause. `manners`: how it gives way to others."""
        asked_ns = self._clock.monotonic_ns()
        try:
            response = await self._client.request(
                request.method,
                request.path,
                json=request.body,
                data=request.fields or None,
                files=dict(request.files) or None,
                timeout=self._patience(request),
                extensions={"manners": manners} if manners else None,
            )
        except httpx.HTTPError as error:
            outcome = judge_failure(error)
        except Exception as error:  # what a library makes of one request must not end the sending of the others
            logger.exception("%s %s could not be sent", request.method, request.path)
            outcome = Outcome(Verdict.FAILED, f"the request could not be made: {type(error).__name__}")
        else:
            outcome = judge(response, expected_id)
            if request.path == SELF_PATH and outcome.verdict is Verdict.DELIVERED:
                server_ns = server_time_ns(response.headers)
                if server_ns is not None:
                    self._clock.compare(server_ns, asked_ns, self._clock.monotonic_ns(), within_ns=500_000_000)
        self._note(outcome, asked_ns)
        return outcome

    def _patience(self, request: Request) -> httpx.Timeout:
        """The system takes a whole picture before a slow line has carried any of it, and only then the wait for the answer
        begins: so that wait is as long as 3 kB/s need, which 64 kbit/s with a third of it lost still carry."""
        usual = self._client.timeout
        size_bytes = sum(len(content) for _, content, _, _ in request.files.values())
        longer = max(1.0, size_bytes / _USUAL_BYTES)
        read, write = (None if seconds is None else seconds * longer for seconds in (usual.read, usual.write))
        return httpx.Timeout(connect=usual.connect, read=read, write=write, pool=usual.pool)

    async def _identify(self) -> None:
        outcome = await self.exchange(Request("GET", SELF_PATH), None)
        camera_id = outcome.body.get("id")
        if outcome.verdict is Verdict.REFUSED or (
            outcome.verdict is Verdict.DELIVERED and not isinstance(camera_id, str)
        ):
            # The path exists on every server of ours, so this is another one.
            self._note(
                Outcome(Verdict.UNREACHABLE, "it does not answer like a camera server"), self._clock.monotonic_ns()
            )
        elif isinstance(camera_id, str):
            self.camera_id = camera_id
            name = outcome.body.get("name")
            self._status.say(f"Connected to {self.server} as camera {name or camera_id}.")

    async def _pause(self) -> None:
        while (left_ns := self._resume_at_ns - self._clock.monotonic_ns()) > 0:
            self._nudged.clear()
            try:
                async with asyncio.timeout(left_ns / 1e9):
                    await self._nudged.wait()
            except TimeoutError:
                pass

    def _note(self, outcome: Outcome, asked_ns: int) -> None:
        match outcome.verdict:
            case Verdict.DELIVERED | Verdict.REFUSED:
                self._backoff.reset()
                self._resume_at_ns = 0
                self._nudged.set()
                self._status.settle("server", f"Server reached again: {self.kept()} to send.")
                return
            case Verdict.UNAUTHORIZED | Verdict.FORBIDDEN:
                self.camera_id = None
        if asked_ns < self._paused_at_ns:
            return  # another request failed meanwhile and has set the pause
        wait_seconds = self._backoff.next_seconds() if outcome.wait_seconds is None else max(0.2, outcome.wait_seconds)
        self._paused_at_ns = self._clock.monotonic_ns()
        self._resume_at_ns = self._paused_at_ns + round(wait_seconds * 1e9)
        self._may_be_nudged = outcome.verdict is Verdict.UNREACHABLE
        self._say(outcome, wait_seconds)

    def _say(self, outcome: Outcome, wait_seconds: float) -> None:
        kept = f"{self.kept()} kept, trying again in {math.ceil(wait_seconds)} s."
        match outcome.verdict:
            case Verdict.UNAUTHORIZED if outcome.code == "revoked":
                sentence = f"{outcome.reason} To pair it: picam-agent pair CODE. {kept}"
            case Verdict.UNAUTHORIZED | Verdict.FORBIDDEN:
                sentence = (
                    f"The server does not accept this camera's token ({outcome.reason}) "
                    f"Check --token-file or PICAM_CAMERA_TOKEN: {kept}"
                )
            case Verdict.BUSY:
                sentence = f"The server asks to wait ({outcome.reason}): {kept}"
            case Verdict.FAILED:
                sentence = f"The server failed ({outcome.reason}): {kept}"
            case _:
                sentence = f"Server {self.server} not reachable ({outcome.reason}): {kept}"
        self._status.say_at_most("server", sentence, _SAY_EVERY_SECONDS)
