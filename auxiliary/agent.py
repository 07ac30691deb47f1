"""The composition root of the agent: settings -> parts -> run -> drain. Capture, card and network each have a thread.

feed (thread; a camera is a process behind it) -> watch (thread) -> recorder (thread) -> spool (disk)
  -> uploader, heartbeat, systemd's watchdog (event loop of the main thread)
"""

import asyncio
import contextlib
import logging
import os
import random
import signal
import socket
import ssl
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from auxiliary import __version__, systemd
from auxiliary.boots import Boots
from auxiliary.capture import Capture
from auxiliary.clock import Clock, SystemClock, stamp
from auxiliary.commands import Commands
from auxiliary.control import Control
from auxiliary.courtesy import Courtesy, PoliteTransport
from auxiliary.heartbeat import Heartbeat
from auxiliary.ids import uuid7
from auxiliary.ladder import Reboot
from auxiliary.link import Link
from auxiliary.live import Live, open_media
from auxiliary.motion import MotionDetector
from auxiliary.motion.types import MotionDetection
from auxiliary.proof import ProofOfLife
from auxiliary.recorder import Recorder
from auxiliary.remote import KeptSettings, RemoteSettings
from auxiliary.sensor import SensorError, SensorState, open_sensor
from auxiliary.settings import Settings, SettingsError
from auxiliary.source import CameraSource, SourceError, is_recording, open_source, source_problem
from auxiliary.spool import Spool, SpoolLock, SpoolLockedError
from auxiliary.status import Status, count
from auxiliary.uploader import Uploader
from auxiliary.video import Video
from auxiliary.watch import Watch

logger = logging.getLogger(__name__)

EXIT_USAGE = 2
_STOP_WATCHING_SECONDS = 3.0
_CAPTURE_HANGS_SECONDS = 20.0
_CAMERA_HANGS_SECONDS = 120.0  # opening, closing and the longest pause together take less
_UPLOAD_HANGS_SECONDS = 900.0
# A connection of a network that we left is noticed although nothing says goodbye, and little waits in the system's own queue, so
# that what is not urgent can still step aside.
_SOCKET_OPTIONS = [
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 10),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 30_000),
    (socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, 16_384),
]
_MEMORY_SPOOL_MEGABYTES = 32
_CARD_THREADS = 4  # two lanes, stopping, and looking up names; each costs memory


def make_client(server: str, token: str, tls: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """The HTTP client of a camera: connections kept alive, every wait bounded, no redirects (a portal's page is not our server).

    `tls` says which servers are ours; None: those that public authorities vouch for.
    """
    transport = httpx.AsyncHTTPTransport(
        limits=httpx.Limits(max_connections=4, max_keepalive_connections=4, keepalive_expiry=60.0),
        # Without TLS there is nothing to verify: spare the certificates' memory.
        verify=tls or not server.startswith("http:"),
        socket_options=_SOCKET_OPTIONS,
    )
    return httpx.AsyncClient(
        base_url=server,
        headers={"Authorization": f"Bearer {token}", "User-Agent": f"picam-agent/{__version__}"},
        timeout=httpx.Timeout(20.0, connect=10.0),
        follow_redirects=False,
        transport=PoliteTransport(transport),
    )


def run(settings: Settings, status: Status) -> int:
    """Watch and deliver until told to stop; the exit code for the shell: 0 stopped, 2 cannot work as it is set up."""
    try:
        token, tls = settings.bearer_token(), settings.trusted()
        settings, lock = _open_spool(settings, status)
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
            agent = _Agent(settings, token, tls, status)
            asyncio.run(agent.run())
        except (SourceError, SensorError) as error:
            print(error, file=sys.stderr)
            return EXIT_USAGE
    if (
        agent.starts_anew and "NOTIFY_SOCKET" not in os.environ
    ):  # else systemd starts us anew, with what it watches set back
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves, as we were started
    if agent.camera_hangs:
        sys.stdout.flush()
        os._exit(0)  # the camera library's own exit handlers would wait for ever for a camera that hangs
    return 0


def _open_spool(settings: Settings, status: Status) -> tuple[Settings, SpoolLock]:
    """A card that went bad is read-only: then the service's folder in memory is the spool, which is better than no camera."""
    try:
        return settings, SpoolLock(settings.spool)
    except OSError as error:
        memory = os.environ.get("RUNTIME_DIRECTORY")
        if not memory:
            raise
        status.say(
            f"The card does not take the spool {settings.spool} ({error.strerror}): pictures are kept in memory only, a power cut "
            "would take them. Replace the card."
        )
    fallback = {
        "spool": Path(memory) / "spool",
        "spool_megabytes": min(settings.spool_megabytes, _MEMORY_SPOOL_MEGABYTES),
    }
    settings = settings.model_copy(update=fallback)
    return settings, SpoolLock(settings.spool)


class _Agent:
    def __init__(self, settings: Settings, token: str, tls: ssl.SSLContext | None, status: Status) -> None:
        self._boots = Boots(settings.spool)
        self._token = token
        self._tls = tls
        self._status = status
        self._clock: Clock = SystemClock(self._boots.known)
        self._rng = random.Random()
        self._spool = Spool(settings.spool, settings.spool_limits())
        self._video = Video()
        self._welcomed = False
        self._watch: Watch | None = None
        self._remote = RemoteSettings(
            settings,
            KeptSettings(settings.spool),
            self._clock,
            status,
            apply=self.apply,
            frames_judged=lambda: 0 if self._watch is None else self._watch.frames_judged,
        )
        self._settings = self._remote.settings
        self.camera_hangs = self.starts_anew = False

    async def run(self) -> None:
        settings, clock = self._settings, self._clock
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(_CARD_THREADS, thread_name_prefix="card"))
        stopped = _StopSignal(loop)
        first = self._open_first()
        sensor = open_sensor(settings.sensor, clock, settings.gate_settings())
        recorder = Recorder(self._spool, self._status, patient=settings.speed != 1 and first is not None)
        capture = Capture(settings.capture_settings(), stamp=lambda at_ns: stamp(clock, at_ns), new_id=uuid7)
        sources = iter([first] if first is not None else [])
        watch = self._watch = Watch(
            open_source=lambda: next(sources, None) or self._open_source(),
            make_detector=self._make_detector,
            sensor=sensor,
            capture=capture,
            emit=recorder.put,
            clock=clock,
            status=self._status,
            hidden=settings.privacy_masks,
            on_stuck=Reboot(settings.reboot_command, clock, self._status),
            on_end=lambda: loop.call_soon_threadsafe(stopped.watching_ended),
        )
        if waiting := self._spool.state().pictures:
            self._status.say(f"{count(waiting, 'picture')} of an earlier run still to send.")
        async with make_client(settings.server, self._token, self._tls) as client:
            link = Link(client, clock, self._status, self._rng)
            courtesy = Courtesy(clock, settings.backlog_kilobits)
            uploader = Uploader(self._spool, link, clock, self._status, self._rng, courtesy=courtesy)
            heartbeat = Heartbeat(
                link,
                self._spool,
                settings.spool,
                clock,
                watching=lambda: self._watching(watch),
                rng=self._rng,
                boots=self._boots,
                remote=self._remote,
            )
            control, live = Control(link, self._token, self._rng, self._tls), self._live(link, watch)
            self._obey(control, live, watch, stopped)
            proof = ProofOfLife(
                link,
                self._spool,
                clock,
                every_seconds=lambda: self._settings.still_every_seconds,
                latest=watch.latest_frame,
            )
            parts = (uploader, heartbeat, control, live, proof, self._remote)
            sending = [asyncio.create_task(part.run()) for part in parts]
            if (seconds := systemd.watchdog_seconds()) is not None:
                alive = systemd.feed_watchdog(lambda: self._trouble(watch, uploader), seconds)
                sending.append(asyncio.create_task(alive))
            recorder.start()
            watch.start()
            systemd.notify("READY=1")
            try:
                await stopped.wait(sending)
                await self._finish(watch, recorder, uploader, stopped)
            finally:
                for task in sending:
                    task.cancel()
                await asyncio.gather(*sending, return_exceptions=True)
                sensor.close()
        self.starts_anew = stopped.starts_anew

    def _obey(self, control: Control, live: Live, watch: Watch, stopped: "_StopSignal") -> None:
        """Connect what the server says with who does it."""
        commands = Commands(
            photograph=watch.photograph, restart=stopped.start_anew, tell=control.send, status=self._status
        )
        self._remote.tell = lambda report: control.send({"type": "settings_report", **report})
        control.on("live_start", live.start)
        control.on("live_stop", live.stop)
        control.on("settings", self._remote.offer)
        control.on("command", commands.handle)

    async def _finish(self, watch: Watch, recorder: Recorder, uploader: Uploader, stopped: "_StopSignal") -> None:
        """Stop capturing, keep what was captured, deliver what can be delivered."""
        systemd.notify("STOPPING=1")
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
        try:
            await asyncio.to_thread(self._spool.flush)
        except OSError as error:
            self._status.say(f"The card does not take what is left in memory ({error.strerror or error}).")
        left = self._spool.state().pictures
        self._status.say(
            f"Stopped. {count(left, 'picture')} kept in {self._settings.spool} for the next start."
            if left
            else "Stopped."
        )

    def _open_source(self) -> CameraSource:
        settings = self._settings
        source = open_source(
            settings.source,
            self._clock,
            speed=settings.speed,
            loop=settings.loops,
            frames_per_second=settings.frames_per_second,
            picture_size=(settings.picture_width, settings.picture_height),
            privacy_masks=settings.privacy_masks,
            isolated=settings.isolated or None,
            on_unit=self._video.take,
        )
        self._video.attach(source)
        if not self._welcomed:
            self._welcomed = True
            rate = f"at {source.frames_per_second:g} fps" if source.live else "as fast as possible"
            self._status.say(f"Watching {source.description} {rate}, sending to {settings.server}")
        return source

    def apply(self, settings: Settings, reopen: bool = False) -> None:
        """Take over what may change while the camera runs: thresholds, zones, masks, trigger, night profile, times, pictures of an
        alert. What belongs to the camera itself (its size, rate, privacy masks) counts when it is opened next: now, with `reopen`.
        From any thread."""
        self._settings = settings
        if self._watch is not None:
            self._watch.apply(settings.watch_settings(), reopen=reopen)

    def _live(self, link: Link, watch: Watch) -> Live:
        return Live(
            self._video,
            self._clock,
            connect=lambda: open_media(link.server, link.camera_id or "", self._token, self._tls),
            latest=watch.latest_frame,
            most_kilobits=lambda: self._settings.video_kilobits,
            rng=self._rng,
        )

    def _open_first(self) -> CameraSource | None:
        """A recording that cannot be read is told at once (SourceError); a camera may come back, so the feed opens it."""
        if problem := source_problem(self._settings.source):
            raise SourceError(problem)
        return self._open_source() if is_recording(self._settings.source) else None

    def _make_detector(self, source: CameraSource) -> MotionDetection:
        width, height = source.luma_size
        return MotionDetector(width, height, source.frames_per_second, self._settings.motion_settings())

    def _watching(self, watch: Watch) -> dict[str, Any]:
        source, age_seconds = watch.source, None
        if watch.last_frame_ns is not None and source is not None and source.live:
            age_seconds = round(max(0, self._clock.monotonic_ns() - watch.last_frame_ns) / 1e9, 2)
        kind = source.kind if source is not None else None
        return {
            "source": kind,
            "sensor": self._settings.sensor.partition(":")[0],
            "sensor_state": _state_on_the_wire(watch.sensor_state),
            "view": watch.view,
            "capture_state": watch.state,
            "frame_age_seconds": age_seconds,
        }

    def _trouble(self, watch: Watch, uploader: Uploader) -> str | None:
        """What hangs, so that systemd should start us anew; a camera that is known to have failed does not."""
        now_ns = self._clock.monotonic_ns()
        if now_ns - watch.ticked_ns > _CAPTURE_HANGS_SECONDS * 1e9:
            return "The capture loop hangs."
        if now_ns - watch.heard_ns > _CAMERA_HANGS_SECONDS * 1e9:
            return "The camera hangs and cannot be restarted."
        if uploader.busy_seconds() > _UPLOAD_HANGS_SECONDS:
            return "The uploader hangs."
        return None


def _state_on_the_wire(state: SensorState | None) -> str | None:
    """A sensor that warms up is well; None where there is none."""
    return SensorState.GOOD.value if state is SensorState.WARMING_UP else state


class _StopSignal:
    """SIGTERM, SIGINT, or the end of the recording. A second signal ends the process at once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.request = asyncio.Event()
        self.starts_anew = False
        self._ended = asyncio.Event()
        self._loop = loop
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled, number)

    @property
    def requested(self) -> bool:
        return self.request.is_set()

    def start_anew(self) -> None:
        """End as if told to stop, to be started again at once."""
        self.starts_anew = True
        self.request.set()

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
