"""The real agent as a process: it listens on no port, and what was before the trigger is on the card when it is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from auxiliary.records import AlertOpened, Picture
from auxiliary.spool import Spool, SpoolLimits
from auxiliary.tests.material import make_video

_LISTENING = {"tcp": "0A", "tcp6": "0A", "udp": "07", "udp6": "07"}


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """On a recording in which something moves after six seconds, with no server anywhere."""
    recording = make_video(tmp_path / "yard.mp4", frames=200, moving_from=60, moving_to=190)
    (tmp_path / "token").write_text("test-token", encoding="ascii")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "auxiliary.camera_client", "--server", "http://127.0.0.1:9"),
            *("--token-file", str(tmp_path / "token"), "--spool", str(tmp_path / "spool")),
            *("--source", str(recording), "--isolated", "--pre-roll-seconds", "5", "--pre-roll-pictures", "4"),
        ]
    )
    yield process
    process.kill()
    process.wait()


def test_it_listens_on_no_port_and_its_pre_roll_survives_a_kill(agent: subprocess.Popen[bytes], tmp_path: Path) -> None:
    _until(lambda: any((tmp_path / "spool").glob("events/*/open.json")))
    assert _listening_ports(_processes_of(agent.pid)) == []
    time.sleep(3)
    os.kill(agent.pid, signal.SIGKILL)
    agent.wait()
    records = [item.record for item in Spool(tmp_path / "spool", SpoolLimits(free_bytes=0)).items()]
    (alert,) = [record for record in records if isinstance(record, AlertOpened)]
    ages = [(alert.stamp.wall_ns - record.stamp.wall_ns) / 1e9 for record in records if isinstance(record, Picture)]
    # The trigger's own picture is of the alert's moment, give or take what the clock has learnt in between.
    before = [age for age in ages if age > 0.001]
    assert len(before) == 4
    assert max(before) > 3.5, "the pre-roll does not reach back far enough"


def test_the_test_for_ports_sees_one(tmp_path: Path) -> None:
    code = "import socket; s = socket.create_server(('127.0.0.1', 0)); print(1, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert len(_listening_ports([process.pid])) == 1
        process.kill()


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("nothing happened for a minute")


def _processes_of(process_id: int) -> list[int]:
    found = [process_id]
    for task in Path(f"/proc/{process_id}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            found += _processes_of(int(child))
    return found


def _listening_ports(process_ids: list[int]) -> list[str]:
    """Addresses (as the kernel writes them) of the sockets of these processes that others could connect to."""
    links = [
        str(link.readlink())
        for number in process_ids
        for link in Path(f"/proc/{number}/fd").iterdir()
        if link.is_symlink()
    ]
    inodes = {name.removeprefix("socket:[").rstrip("]") for name in links if name.startswith("socket:[")}
    found = []
    for protocol, state in _LISTENING.items():
        for line in Path(f"/proc/net/{protocol}").read_text(encoding="ascii").splitlines()[1:]:
            columns = line.split()
            if columns[9] in inodes and columns[3] == state:
                found.append(columns[1])
    return found
