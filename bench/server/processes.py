"""Starts what is measured, on a core of its own, and reads from /proc what it used. Linux only.

CPU time, not wall time, is what is compared: the machine may be busy with other work. It is the sum over the whole
process tree, from `/proc/PID/stat` (fields 14 and 15 of proc(5)), in steps of a hundredth of a second.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
_PATIENCE_SECONDS = 60.0
# As the bench found them: it then keeps to one core itself.
_ALLOWED = sorted(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Started:
    """A running program and where it answers."""

    pid: int
    port: int
    ready_seconds: float

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """User and system time so far of the program and its children."""
        return sum(_ticks(Path(f"/proc/{pid}/stat")) for pid in _tree(self.pid)) * _TICK_SECONDS

    def resident_bytes(self) -> int:
        """What is in memory now, of the program and its children; shared pages count for each."""
        return sum(_status_kilobytes(pid, "VmRSS") for pid in _tree(self.pid)) * 1024


@contextlib.contextmanager
def started(
    command: Sequence[str], port: int, *, core: int, log: Path, path: str = "/", environment: Mapping[str, str] = {}
) -> Iterator[Started]:
    """Run a program on one core until the block ends; enter the block when `path` answers without a server error."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            ["taskset", "-c", str(core), *command],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    begun = time.perf_counter()
    try:
        _await_answer(process, port, path, log)
        yield Started(process.pid, port, time.perf_counter() - begun)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def cores() -> tuple[int, int]:
    """The core of what is measured and the one of the load generator; the same where there is only one."""
    return _ALLOWED[-1], _ALLOWED[0]


def machine() -> str:
    """One line that says on what a figure was taken."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, {model}; load average {load}"


def _await_answer(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    deadline = time.perf_counter() + _PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
        except OSError:
            pass
        if process.poll() is not None or time.perf_counter() > deadline:
            raise RuntimeError(f"{process.args!r} did not start: see {log}")
        time.sleep(0.005)


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def _ticks(stat: Path) -> int:
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _status_kilobytes(pid: int, name: str) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1])
    return 0
