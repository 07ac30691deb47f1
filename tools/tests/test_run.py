"""`make run` as a person meets it: real server, real camera, signals as a terminal sends them, nothing left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.local_server import is_ready

PATIENCE_SECONDS = 60.0


class Run:
    """One start of the launcher in a folder of its own; its output is read from a file."""

    def __init__(self, folder: Path, port: int) -> None:
        self.data_dir = folder / "data"
        self.port = port
        self.url = f"http://localhost:{port}"
        self.output = folder / f"output-{time.monotonic_ns()}.txt"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PICAM_")}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tools.run"],
                env={**environment, "PICAM_DATA_DIR": str(self.data_dir), "PICAM_PORT": str(port)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_until_it_says(self, words: str) -> None:
        self.wait(lambda: words in self.said() or self.process.poll() is not None)
        assert words in self.said()

    def wait(self, check: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not check():
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def ends_with(self) -> int:
        return self.process.wait(PATIENCE_SECONDS)

    def children(self) -> dict[str, int]:
        """Process ids by module of every process that works with this data directory, whoever its parent is by now."""
        mark = f"PICAM_DATA_DIR={self.data_dir}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    words = (folder / "cmdline").read_bytes().decode().split("\0")
                    if "-m" in words:
                        found[words[words.index("-m") + 1]] = int(folder.name)
            except OSError:
                continue  # it ended while we looked, or belongs to somebody else
        found.pop("tools.run", None)
        return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Run]]:
    """Starts the launcher, always with the same data directory and port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    runs: list[Run] = []

    def start_one() -> Run:
        runs.append(Run(tmp_path, port))
        return runs[-1]

    yield start_one
    for run in runs:
        run.process.terminate()
        try:
            run.process.wait(30)
        except subprocess.TimeoutExpired:
            run.process.kill()
            run.process.wait()


def test_starts_says_what_to_do_and_stops_with_ctrl_c(start: Callable[[], Run]) -> None:
    run = start()
    run.wait_until_it_says("Connected to")
    assert f"Open  {run.url}  in a browser on this machine and choose a name and a password" in run.said()
    assert "To stop: press Ctrl-C" in run.said()
    assert run.children().keys() == {"api", "auxiliary.camera_client"}
    token = run.data_dir / "sample-camera.token"
    assert token.stat().st_mode & 0o777 == 0o600
    first_token = token.read_bytes()

    run.process.send_signal(signal.SIGINT)
    assert run.ends_with() == 0
    assert run.said().rstrip().endswith("Stopped.")
    assert "Traceback" not in run.said()
    assert run.children() == {}

    again = start()
    again.wait_until_it_says("Connected to")
    assert token.read_bytes() == first_token
    again.process.send_signal(signal.SIGTERM)
    assert again.ends_with() == 0


def test_reports_a_camera_that_ends_and_keeps_the_server(start: Callable[[], Run]) -> None:
    run = start()
    run.wait_until_it_says("Connected to")
    os.kill(run.children()["auxiliary.camera_client"], signal.SIGKILL)
    run.wait_until_it_says("The camera was ended by SIGKILL")
    assert is_ready(run.url)
    run.process.send_signal(signal.SIGINT)
    assert run.ends_with() == 0


def test_reports_a_server_that_ends_and_stops_the_camera(start: Callable[[], Run]) -> None:
    run = start()
    run.wait_until_it_says("Connected to")
    os.kill(run.children()["api"], signal.SIGKILL)
    assert run.ends_with() == 1
    assert "The server was ended by SIGKILL" in run.said()
    assert run.children() == {}


def test_leaves_no_process_when_it_is_killed_itself(start: Callable[[], Run]) -> None:
    run = start()
    run.wait_until_it_says("Connected to")
    run.process.kill()
    run.ends_with()
    run.wait(lambda: run.children() == {})


def test_refuses_a_second_start_with_the_same_data(start: Callable[[], Run]) -> None:
    first = start()
    first.wait_until_it_says("Starting the server")
    second = start()
    assert second.ends_with() == 1
    assert "already at work" in second.said()


def test_says_that_the_port_is_taken(start: Callable[[], Run], tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        run = Run(tmp_path, other.getsockname()[1])
        assert run.ends_with() == 1
    assert f"PICAM_PORT={run.port + 1} make run" in run.said()
