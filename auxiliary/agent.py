"""The composition root of the agent: settings -> parts -> run -> drain. Capture, card and network each have a thread.

watch (thread) -> recorder (thread) -> spool (disk) -> uploader, heartbeat (event loop of the main thread)
"""

import asyncio
import contextlib
import logging
import os
import random
import signal
import sys
from collections.abc import Callable
from typing import Any

import httpx

from auxiliary import __version__
from auxiliary.capture import Capture
from auxiliary.clock import Clock, SystemClock, stamp
from auxiliary.heartbeat import Heartbeat
from auxiliary.ids import uuid7
from auxiliary.link import Link
from auxiliary.motion import MotionDetector
from auxiliary.motion.types import MotionDetection
from auxiliary.recorder import Recorder
from auxiliary.sensor import SensorError, open_sensor
from auxiliary.settings import Settings, SettingsError
from auxiliary.source import CameraSource, SourceError, open_source
from auxiliary.spool import Spool, SpoolLimits, SpoolLock, SpoolLockedError
from auxiliary.status import Status, count
from auxiliary.uploader import Uploader
from auxiliary.watch import Watch

logger = logging.getLogger(__name__)

EXIT_USAGE = 2
_STOP_WATCHING_SECONDS = 3.0


def make_client(server: str, token: str) -> httpx.AsyncClient:
    """The HTTP client of a camera: one kept-alive connection a lane, every wait bounded, no redirects, no environment proxies' secrets."""
    return httpx.AsyncClient(
        base_url=server,
        headers={"Authorization": f"Bearer {token}", "User-Agent": f"picam-agent/{__version__}"},
        timeout=httpx.Timeout(20.0, connect=5.0),
        limits=httpx.Limits(max_connections=4, max_keepalive_connections=4, keepalive_expiry=60.0),
        follow_redirects=False,
    )


def run(settings: Settings, status: Status) -> int:
    """Watch and deliver until told to stop; the exit code for the shell: 0 stopped, 2 cannot work as it is set up."""
    try:
        token = settings.bearer_token()
        lock = SpoolLock(settings.spool)
    except (SettingsError, SpoolLockedError) as error:
        print(error, file=sys.stderr)
        return EXIT_USAGE
    except OSError as error:
        print(
            f"The spool {settings.spool} cannot be used: {error.strerror}. Choose another with --spool.",
            file=sys.stderr,
        )
        return EXIT_USAGE
    with contextlib.closing(lock):
        try:
            agent = _Agent(settings, token, status)
            asyncio.run(agent.run())
        except (SourceError, SensorError) as error:
            print(error, file=sys.stderr)
            return EXIT_USAGE
    if agent.camera_hangs:
        sys.stdout.flush()
        os._exit(0)  # the camera library's own exit handlers would wait for ever for a camera that hangs
    return 0


class _Agent:
    def __init__(self, settings: Settings, token: str, status: Status) -> None:
        self._settings = settings
        self._token = token
        self._status = status
        self._clock: Clock = SystemClock()
        self._rng = random.Random()
        self._spool = Spool(settings.spool, SpoolLimits(most_bytes=settings.spool_megabytes << 20))
        self._source: CameraSource | None = None
        self.camera_hangs = False

    async def run(self) -> None:
        settings, clock = self._settings, self._clock
        loop = asyncio.get_running_loop()
        stopped = _StopSignal(loop)
        first = self._open_source()  # a wrong setting is told at once; later failures are retried
        sensor = open_sensor(settings.sensor, clock, settings.gate_settings())
        recorder = Recorder(self._spool, self._status, patient=not first.live)
        capture = Capture(settings.capture_settings(), stamp=lambda at_ns: stamp(clock, at_ns), new_id=uuid7)
        sources = iter([first])
        watch = Watch(
            open_source=lambda: next(sources, None) or self._open_source(),
            make_detector=self._make_detector,
            sensor=sensor,
            capture=capture,
            emit=recorder.put,
            status=self._status,
            on_end=lambda: loop.call_soon_threadsafe(stopped.watching_ended),
        )
        self._welcome(first)
        async with make_client(settings.server, self._token) as client:
            link = Link(client, clock, self._status, self._rng)
            uploader = Uploader(self._spool, link, clock, self._status, self._rng)
            heartbeat = Heartbeat(
                link, self._spool, settings.spool, clock, watching=lambda: self._watching(watch), rng=self._rng
            )
            sending = [asyncio.create_task(uploader.run()), asyncio.create_task(heartbeat.run())]
            recorder.start()
            watch.start()
            try:
                await stopped.wait(sending)
                await self._finish(watch, recorder, uploader, stopped)
            finally:
                for task in sending:
                    task.cancel()
                await asyncio.gather(*sending, return_exceptions=True)
                sensor.close()

    async def _finish(self, watch: Watch, recorder: Recorder, uploader: Uploader, stopped: "_StopSignal") -> None:
        """Stop capturing, keep what was captured, deliver what can be delivered."""
        if not await asyncio.to_thread(watch.stop, _STOP_WATCHING_SECONDS):
            self.camera_hangs = True
            self._status.say("The camera does not answer any more and was left behind.")
        if not await asyncio.to_thread(recorder.close, 10.0):
            self._status.say("The card does not answer any more: the last pictures may be lost.")
        if not stopped.requested and (waiting := self._spool.state().items):
            self._status.say(
                f"The recording has ended, {count(waiting, 'message')} still to send (Ctrl-C keeps them for later)."
            )
        draining = asyncio.create_task(uploader.drain(None))
        stopping = asyncio.create_task(stopped.request.wait())
        await asyncio.wait({draining, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not draining.done():
            await asyncio.wait({draining}, timeout=self._settings.drain_seconds)
        for task in (draining, stopping):
            task.cancel()
        left = self._spool.state().pictures
        self._status.say(
            f"Stopped. {count(left, 'picture')} kept in {self._settings.spool} for the next start."
            if left
            else "Stopped."
        )

    def _open_source(self) -> CameraSource:
        settings = self._settings
        self._source = open_source(
            settings.source,
            self._clock,
            speed=settings.speed,
            loop=settings.loops,
            frames_per_second=settings.frames_per_second,
            picture_size=(settings.picture_width, settings.picture_height),
        )
        return self._source

    def _make_detector(self, source: CameraSource) -> MotionDetection:
        width, height = source.luma_size
        return MotionDetector(width, height, source.frames_per_second, self._settings.motion_settings())

    def _welcome(self, source: CameraSource) -> None:
        rate = f"at {source.frames_per_second:g} fps" if source.live else "as fast as possible"
        self._status.say(f"Watching {source.description} {rate}, sending to {self._settings.server}")
        if waiting := self._spool.state().pictures:
            self._status.say(f"{count(waiting, 'picture')} of an earlier run still to send.")

    def _watching(self, watch: Watch) -> dict[str, Any]:
        source, age_seconds = self._source, None
        if watch.last_frame_ns is not None and source is not None and source.live:
            age_seconds = round(max(0, self._clock.monotonic_ns() - watch.last_frame_ns) / 1e9, 2)
        kind = source.kind if source is not None else None
        return {"source": kind, "capture_state": watch.state, "frame_age_seconds": age_seconds}


class _StopSignal:
    """SIGTERM, SIGINT, or the end of the recording. A second signal ends the process at once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.request = asyncio.Event()
        self._ended = asyncio.Event()
        self._loop = loop
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled, number)

    @property
    def requested(self) -> bool:
        return self.request.is_set()

    def watching_ended(self) -> None:
        self._ended.set()

    async def wait(self, sending: list["asyncio.Task[None]"]) -> None:
        """Until there is a reason to stop. Raises what ended a sending task, which should not end."""
        waits: list[asyncio.Task[Any]] = [asyncio.create_task(event.wait()) for event in (self.request, self._ended)]
        await asyncio.wait([*waits, *sending], return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        for task in sending:
            if task.done():
                task.result()

    def _signalled(self, number: int) -> None:
        self.request.set()
        restore: Callable[..., Any] = signal.signal
        self._loop.remove_signal_handler(number)
        restore(number, signal.SIG_DFL)
