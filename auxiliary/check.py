"""`camera_client check`: tries camera, sensor, spool, clock and server, and says for each that it is good or what to do."""

import asyncio
import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import httpx

from auxiliary import wire
from auxiliary.agent import make_client
from auxiliary.clock import Clock, SystemClock
from auxiliary.delivery import Outcome, Verdict, judge, judge_failure
from auxiliary.health import disk_free_bytes
from auxiliary.sensor import SensorError, open_sensor
from auxiliary.settings import Settings, SettingsError
from auxiliary.source import SourceError, open_source
from auxiliary.spool.durable import make_directory, synchronize_directory, write_file

_FRAMES = 5
_LITTLE_SPACE_BYTES = 500 << 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    part: str
    good: bool
    sentence: str


def run_checks(settings: Settings, *, clock: Clock | None = None, say: Callable[[str], None] = print) -> int:
    """Check every part, going on after a bad one; 0 when all are good, else 1."""
    clock = clock or SystemClock()
    bad = 0
    for finding in _findings(settings, clock):
        say(f"{finding.part:<8}{'good' if finding.good else 'BAD ':<6}{finding.sentence}")
        bad += not finding.good
    say("Everything is good." if not bad else f"{bad} of 5 parts need attention.")
    return 1 if bad else 0


def _findings(settings: Settings, clock: Clock) -> Iterator[Finding]:
    yield _check_camera(settings, clock)
    yield _check_sensor(settings, clock)
    yield _check_spool(settings.spool)
    server = asyncio.run(check_server(settings, clock))
    yield check_clock(clock)
    yield server


def _check_camera(settings: Settings, clock: Clock) -> Finding:
    size = (settings.picture_width, settings.picture_height)
    try:
        with closing(
            open_source(
                settings.source,
                clock,
                frames_per_second=settings.frames_per_second,
                picture_size=size,
                privacy_masks=settings.privacy_masks,
            )
        ) as source:
            frames = list(islice(source.frames(), _FRAMES))
            if not frames:
                return Finding("camera", False, f"{source.description} holds no picture.")
            kilobytes = len(frames[-1].still.jpeg()) / 1000
            sentence = f"{source.description}: {len(frames)} frames, a picture of {kilobytes:.0f} kB"
    except SourceError as error:
        return Finding("camera", False, str(error))
    if float(frames[-1].luma.max()) < 16:
        return Finding("camera", False, f"{sentence}, but it is black: is the lens covered, or is it dark?")
    return Finding("camera", True, sentence)


def _check_sensor(settings: Settings, clock: Clock) -> Finding:
    try:
        with closing(open_sensor(settings.sensor, clock, settings.gate_settings())) as sensor:
            if sensor.kind == "none":
                return Finding("sensor", True, "none: motion is seen in the pictures alone")
            return Finding("sensor", True, f"{settings.sensor} can be read")
    except SensorError as error:
        return Finding("sensor", False, str(error))


def _check_spool(directory: Path) -> Finding:
    probe = directory / f"check-{os.getpid()}"
    try:
        make_directory(directory)
        write_file(probe, b"check")
        synchronize_directory(directory)
        intact = probe.read_bytes() == b"check"
        probe.unlink()
    except OSError as error:
        return Finding(
            "spool", False, f"{directory} cannot be written ({error.strerror}): choose another with --spool."
        )
    if not intact:
        return Finding("spool", False, f"{directory} gives back other bytes than were written: replace the card.")
    free_bytes = disk_free_bytes(directory) or 0
    if free_bytes < _LITTLE_SPACE_BYTES:
        return Finding("spool", False, f"only {free_bytes >> 20} MB are free at {directory}: make room on the card.")
    return Finding("spool", True, f"{directory} can be written, {free_bytes >> 30} GB free")


async def check_server(settings: Settings, clock: Clock) -> Finding:
    try:
        token, tls = settings.bearer_token(), settings.trusted()
    except SettingsError as error:
        return Finding("server", False, str(error))
    outcome = await _ask_who_we_are(settings.server, token, tls, clock)
    name = outcome.body.get("name")
    if outcome.verdict is Verdict.DELIVERED and name is not None:
        return Finding("server", True, f"{settings.server} knows this camera as {name}")
    if outcome.verdict in (Verdict.UNAUTHORIZED, Verdict.FORBIDDEN):
        return Finding("server", False, f"{settings.server} does not accept the token. {outcome.reason}")
    reason = outcome.reason or "it does not answer like a camera server"
    return Finding("server", False, f"{settings.server} is not usable ({reason}): check --server and the network.")


async def _ask_who_we_are(server: str, token: str, tls: ssl.SSLContext | None, clock: Clock) -> Outcome:
    asked_ns = clock.monotonic_ns()
    async with make_client(server, token, tls) as client:
        try:
            response = await client.get(wire.SELF_PATH)
        except httpx.HTTPError as error:
            return judge_failure(error)
    wire_time_ns = wire.server_time_ns(response.headers)
    if wire_time_ns is not None:
        clock.compare(wire_time_ns, asked_ns, clock.monotonic_ns())
    return judge(response, None)


def check_clock(clock: Clock) -> Finding:
    if clock.synchronized():
        return Finding("clock", True, "the time is right")
    return Finding(
        "clock", False, "nobody confirms the time: let the Pi reach a time server (timedatectl set-ntp true)."
    )
