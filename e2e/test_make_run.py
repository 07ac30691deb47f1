"""`make run` itself, stopped like from a terminal: Ctrl-C goes to make and to everything that it started. `tools/tests` has the details."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from e2e.site import PATIENCE_SECONDS, free_port, wait_until
from tools.local_server import is_ready
from tools.stages import ROOT


def processes_with(data_dir: Path) -> list[str]:
    """Command lines of all processes that work with the data directory."""
    mark = f"PICAM_DATA_DIR={data_dir}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().decode().replace("\0", " "))
        except OSError:
            continue  # it ended while we looked, or belongs to somebody else
    return found


@pytest.mark.skipif(not (ROOT / ".venv" / "client.stamp").is_file(), reason="not set up with make setup")
def test_make_run_shows_events_and_stops_with_ctrl_c(tmp_path: Path) -> None:
    port = free_port()
    data_dir = tmp_path / "data"
    output = tmp_path / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            ["make", "run"],
            cwd=ROOT,
            env={**os.environ, "PICAM_PORT": str(port), "PICAM_DATA_DIR": str(data_dir)},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until(lambda: "Motion started" in output.read_text(), "the sample camera sees motion")
        assert is_ready(f"http://127.0.0.1:{port}")
        os.killpg(process.pid, signal.SIGINT)
        process.wait(PATIENCE_SECONDS)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    said = output.read_text()
    assert f"http://localhost:{port}" in said
    assert "Stopped.\n" in said
    assert "Traceback" not in said
    assert processes_with(data_dir) == []
