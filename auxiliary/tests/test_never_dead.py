"""A camera in a process of its own that is stopped, killed or leaves: noticed, ended, started again, and pictures come again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from auxiliary import systemd
from auxiliary.clock import FakeClock, SystemClock
from auxiliary.feed import Ended, Failed, Feed, Opened
from auxiliary.ladder import Ladder, Reboot
from auxiliary.source import CameraSource, Frame, SourceError
from auxiliary.source.isolated import IsolatedSource, Patience
from auxiliary.status import Status
from auxiliary.tests.material import make_folder
from auxiliary.tests.virtual_time import run_virtually

_QUICK = Patience(open_seconds=30, frame_seconds=1.0, terminate_seconds=0.2, kill_seconds=10)


@dataclass
class Rig:
    """A feed on a recording that loops in a process of its own, with short limits."""

    path: Path
    sources: list[IsolatedSource] = field(default_factory=list)

    def open(self) -> CameraSource:
        source = IsolatedSource(
            str(self.path), _QUICK, isolated=False, speed=1, loop=True, frames_per_second=20, picture_size=(640, 480)
        )
        self.sources.append(source)
        return source

    def __post_init__(self) -> None:
        self.feed = Feed(self.open, Ladder(SystemClock(), first_seconds=0.01, longest_seconds=0.01))
        self.feed.start()

    def until(self, kind: type) -> object:
        while not isinstance(news := self.feed.next(60), kind):
            assert news is not None
        return news


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(make_folder(tmp_path / "yard", frames=4))
    yield rig
    rig.feed.request_stop()
    assert rig.feed.join(30)
    assert all(gone(source.process_id) for source in rig.sources)


def gone(process_id: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process_id, 0)
        return False
    return True


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(signal.SIGSTOP, "sent no picture for 1 s"), (signal.SIGKILL, "ended unexpectedly"), (signal.SIGTERM, "ended")],
)
def test_a_camera_that_hangs_or_dies_is_noticed_ended_and_started_again(
    rig: Rig, number: signal.Signals, sentence: str
) -> None:
    rig.until(Frame)
    os.kill(rig.sources[0].process_id, number)
    failed = rig.until(Failed)
    assert isinstance(failed, Failed)
    assert sentence in failed.sentence
    rig.until(Opened)
    assert isinstance(rig.until(Frame), Frame)
    assert gone(rig.sources[0].process_id)
    assert len(rig.sources) == 2


def test_it_is_noticed_within_ten_seconds_and_capturing_again_within_twenty_as_the_limits_stand() -> None:
    """A start takes a few seconds on a Pi; what is ours to choose must leave room for it."""
    usual = Patience()
    ended = usual.frame_seconds + usual.terminate_seconds + usual.kill_seconds
    assert usual.frame_seconds < 10
    assert ended + Ladder(FakeClock()).failed() <= 11


def test_the_camera_dies_with_the_agent_even_when_it_hangs(tmp_path: Path) -> None:
    """The agent is killed while its camera is stopped: the kernel ends that, too."""
    code = (
        "import sys, time\nfrom auxiliary.source.isolated import IsolatedSource\n"
        "source = IsolatedSource(sys.argv[1], isolated=False, speed=1, loop=True)\n"
        "print(source.process_id, flush=True)\ntime.sleep(60)"
    )
    path = make_folder(tmp_path / "yard", frames=4)
    agent = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
    assert agent.stdout is not None
    camera = int(agent.stdout.readline())
    os.kill(camera, signal.SIGSTOP)
    agent.kill()
    agent.communicate()
    for _ in range(1000):
        if _is_dead(camera):
            return
        threading.Event().wait(0.01)
    raise AssertionError("the camera's process outlived the agent")


def _is_dead(process_id: int) -> bool:
    """Gone, or waiting for an init process that does not exist in a container to notice."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_what_the_camera_says_about_itself_reaches_the_agent(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video")
    with pytest.raises(SourceError, match="cannot be read as a video"):
        IsolatedSource(str(tmp_path / "text.mp4"), isolated=False, speed=0)


def test_closing_while_somebody_waits_for_a_frame_ends_the_wait(tmp_path: Path) -> None:
    source = IsolatedSource(str(make_folder(tmp_path / "yard")), isolated=False, speed=1, frames_per_second=0.05)
    frames = source.frames()
    next(frames)
    closing = threading.Thread(target=source.close)
    closing.start()
    assert list(frames) == []
    closing.join(30)


def test_a_feed_goes_on_after_any_failure_with_growing_pauses_and_ends_with_the_recording() -> None:
    clock = FakeClock()
    plays: list[Exception | None] = [SourceError("One."), ZeroDivisionError(), SourceError("Three."), None]

    def open_next() -> CameraSource:
        trouble = plays.pop(0)
        if trouble is not None:
            raise trouble
        raise StopFeedError

    ladder = Ladder(clock, first_seconds=0.01, longest_seconds=0.03, most_failures=3)
    feed = Feed(open_next, ladder)
    feed.start()
    told = [feed.next(10) for _ in range(4)]
    feed.request_stop()
    assert feed.join(10)
    failures = [news for news in told if isinstance(news, Failed)]
    assert [failed.pause_seconds for failed in failures[:3]] == [0.01, 0.02, 0.03]
    assert not any(isinstance(news, Ended) for news in told)


class StopFeedError(Exception):
    pass


def test_pauses_double_and_start_again_once_it_worked_and_many_failures_make_it_stuck() -> None:
    clock = FakeClock()
    ladder = Ladder(clock)
    assert [ladder.failed() for _ in range(3)] == [1, 2, 4]
    ladder.worked()
    assert [ladder.failed() for _ in range(2)] == [1, 2]
    assert not ladder.stuck
    ladder.worked()
    assert ladder.failed() == 30  # the sixth within half an hour: no more haste
    assert ladder.stuck
    clock.advance(1801)
    assert not ladder.stuck


def test_the_machine_is_restarted_at_most_once_an_hour_and_only_when_told_how() -> None:
    clock = FakeClock()
    ran: list[list[str]] = []

    def run(command: list[str], **options: object) -> None:
        ran.append(command)

    Reboot("", clock, Status(), run)()
    reboot = Reboot("systemctl reboot", clock, Status(), run)
    for _ in range(180):  # minutes: the clock of the machine's start stands at one second
        reboot()
        clock.advance(60)
    assert ran == [["systemctl", "reboot"]] * 2


def test_systemd_hears_that_we_live_until_something_hangs(tmp_path: Path) -> None:
    told: list[str] = []
    troubles = iter([None, None, "The capture loop hangs."])

    async def main() -> None:
        await systemd.feed_watchdog(lambda: next(troubles), 30, told.append)

    with pytest.raises(RuntimeError, match="StopIteration"):
        run_virtually(FakeClock(), main())
    assert told == ["WATCHDOG=1", "WATCHDOG=1", "STATUS=The capture loop hangs."]


def test_systemd_is_told_through_its_socket_and_only_when_there_is_one(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inlet:
        inlet.bind(str(tmp_path / "notify"))
        assert systemd.notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert inlet.recv(100) == b"READY=1"
    assert not systemd.notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "gone")})
    assert not systemd.notify("READY=1", {})
    assert systemd.watchdog_seconds({"WATCHDOG_USEC": "30000000"}) == 30
    assert systemd.watchdog_seconds({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}) is None
    assert systemd.watchdog_seconds({}) is None
