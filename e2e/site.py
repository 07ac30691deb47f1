"""A whole installation for a test: server and camera as processes of their own, on a free port, in a folder of its own.

Talks to the server over its public calls alone, signed in as the owner.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from tools.local_server import is_ready
from tools.stages import ROOT

OWNER, PASSWORD = "Robin", "a long enough password"
PATIENCE_SECONDS = 60.0
T = TypeVar("T")
_WITH_PARENT = ROOT / "tools" / "with_parent.py"


def wait_until(check: Callable[[], T], what: str, patience_seconds: float = PATIENCE_SECONDS) -> T:
    """The first true answer of `check`, asked ten times a second. Raises AssertionError when patience is over."""
    deadline = time.monotonic() + patience_seconds
    while not (answer := check()):
        assert time.monotonic() < deadline, f"waited {patience_seconds:.0f} s in vain until {what}"
        time.sleep(0.1)
    return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)
        return port


class Site:
    """Use as a context manager: every process that it started has ended afterwards."""

    program: Sequence[str] = ("-m", "api", "serve")
    """What is started as the server."""

    def __init__(self, folder: Path, environment: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PICAM_")},
            **(environment or {}),
            "PICAM_PORT": str(self.port),
            "PICAM_DATA_DIR": str(folder / "data"),
            "PYTHONUNBUFFERED": "1",
        }
        self._processes: list[subprocess.Popen[bytes]] = []
        self._server: subprocess.Popen[bytes] | None = None
        # Like a browser: unsafe calls with a cookie say where they come from.
        self.owner = httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=20)

    def __enter__(self) -> Self:
        folder = self.folder
        folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.owner.close()
        for process in self._processes:
            process.kill()
            process.wait()

    def start_server(self) -> None:
        """Start it and wait until it is ready."""
        self._server = self._start("server", self.program)
        server = self._server
        wait_until(lambda: is_ready(self.url) or server.poll() is not None, "the server is ready")
        assert server.poll() is None, self.log_of("server")

    def kill_server(self) -> None:
        """`kill -9`: no chance to finish anything."""
        assert self._server is not None
        self._server.send_signal(signal.SIGKILL)
        self._server.wait()

    def stop_server(self) -> int:
        """Ask it to stop; its exit code."""
        assert self._server is not None
        self._server.terminate()
        return self._server.wait(PATIENCE_SECONDS)

    def create_owner(self) -> None:
        answer = self.owner.post("/setup", json={"name": OWNER, "password": PASSWORD})
        assert answer.status_code == httpx.codes.CREATED, answer.text

    def sign_in(self) -> None:
        answer = self.owner.post("/session", json={"name": OWNER, "password": PASSWORD})
        assert answer.status_code == httpx.codes.OK, answer.text

    def create_camera(self, name: str) -> Path:
        """A camera on the server; the file with its token."""
        done = subprocess.run(
            [sys.executable, "-m", "api", "create-camera", name],
            env=self._environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        path = self.folder / f"{name}.token"
        path.write_text(json.loads(done.stdout.splitlines()[-1])["token"], encoding="ascii")
        return path

    def start_camera(self, token_file: Path, spool: Path, options: Sequence[str]) -> subprocess.Popen[bytes]:
        """The real agent with the given options; its output is in the log of the spool's name."""
        return self._start(
            spool.name,
            [
                *("-m", "auxiliary.camera_client"),
                *("--server", self.url),
                *("--token-file", str(token_file)),
                *("--spool", str(spool)),
                *options,
            ],
        )

    def start_program(
        self, name: str, arguments: Sequence[str], *, wrapper: Sequence[str] = ()
    ) -> subprocess.Popen[bytes]:
        """Another program of ours, in Python; `wrapper` is what it is started by."""
        return self._start(name, arguments, wrapper)

    def everything(self, path: str, **filters: str) -> list[dict[str, Any]]:
        """All items of a list, walked page by page as the server links them."""
        items: list[dict[str, Any]] = []
        parameters = {"limit": "20", **filters}
        while True:
            answer = self.owner.get(path, params=parameters)
            assert answer.status_code == httpx.codes.OK, answer.text
            page = answer.json()
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            parameters["cursor"] = page["next_cursor"]

    def log_of(self, name: str) -> str:
        """Everything that the process of that name printed so far, over all its starts."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def _start(self, name: str, arguments: Sequence[str], wrapper: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, str(_WITH_PARENT), str(os.getpid()), *wrapper, sys.executable, *arguments],
                env=self._environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._processes.append(process)
        return process
