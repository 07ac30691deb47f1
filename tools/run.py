"""`make run`: the server and a sample camera on this machine, until Ctrl-C.

Starts the real server (SQLite and files under PICAM_DATA_DIR) and the real camera agent on recorded footage as processes of
their own, says in plain words where to look, and stops both in the order in which nothing is lost: camera first. Needs only
the standard library. Nothing is restarted in silence: a process that ends is reported with its reason.
"""

import fcntl
import os
import queue
import signal
import sys
import time
from pathlib import Path

from tools.children import Child, say
from tools.local_server import get_json, is_ready, shown_url, speaks_https, url_of, why_not_free
from tools.sample_camera import CameraNotCreatedError, agent_command, token_file

ROOT = Path(__file__).resolve().parent.parent
START_PATIENCE_SECONDS = 60.0
STOP_PATIENCE_SECONDS = 20.0
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotStartError(Exception):
    """The text says why and what to do."""


class Launcher:
    """Server and camera, and the order of their coming and going. All of it runs in the main thread."""

    def __init__(self, host: str, port: int, data_dir: Path) -> None:
        self._host = host
        self._port = port
        self._data_dir = data_dir
        https = speaks_https(host, os.environ)
        self._url = url_of(host, port, https=https)
        # The server makes it at its first start.
        self._ca = data_dir / "tls" / "ca.pem" if https else None
        self._environment = {
            **os.environ,
            # A line for each request would bury what this terminal is for.
            "PICAM_LOG_LEVEL": os.environ.get("PICAM_LOG_LEVEL", "warning"),
            "PICAM_HOST": host,
            "PICAM_PORT": str(port),
            "PICAM_DATA_DIR": str(data_dir),
        }
        # Signals and ended children alike wake the main thread through this queue.
        self._wakeups: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._server: Child | None = None
        self._camera: Child | None = None

    def run(self) -> int:
        """Start, watch and stop everything; the exit code: 0 when it was asked to stop, 1 when the server ended by itself."""
        for number in _STOP_SIGNALS:
            signal.signal(number, lambda *_: self._wakeups.put("stop"))
        try:
            self._start()
            return self._watch()
        except CannotStartError as error:
            say(str(error))
            return 1
        finally:
            # A second Ctrl-C must not leave a half-stopped camera behind; each child's patience is bounded anyhow.
            self._stop()

    def _start(self) -> None:
        say("Starting the server ...")
        self._server = self._child("server", [sys.executable, "-m", "api", "serve"])
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        while not is_ready(self._url, self._ca):
            if self._server.has_ended():
                raise CannotStartError(self._server.why_it_ended())
            if self._was_asked_to_stop(within_seconds=0.1):
                self._wakeups.put("stop")
                return
            if time.monotonic() > deadline:
                raise CannotStartError(
                    f"The server does not get ready: {shown_url(self._url)}/readyz says why, and so does its output above."
                )
        try:
            token_path = token_file(self._url, self._data_dir, self._environment, self._ca)
        except CameraNotCreatedError as error:
            raise CannotStartError(f"The sample camera could not be created: {error}") from None
        self._camera = self._child(
            "camera", agent_command(self._url, token_path, self._data_dir / "sample-camera", ca=self._ca)
        )
        self._greet()

    def _child(self, name: str, command: list[str]) -> Child:
        return Child(name, command, self._environment, on_exit=lambda: self._wakeups.put(name))

    def _was_asked_to_stop(self, within_seconds: float) -> bool:
        try:
            return self._wakeups.get(timeout=within_seconds) == "stop"
        except queue.Empty:
            return False

    def _greet(self) -> None:
        _, setup = get_json(f"{self._url}/setup", ca=self._ca)
        first_step = (
            "choose a name and a password on its first page"
            if setup and setup.get("needed")
            else "sign in with the name and the password that you chose"
        )
        say("")
        say(f"  Open  {shown_url(self._url)}  in a browser on this machine and {first_step}.")
        if self._ca is not None:
            say("  The browser asks once whether it trusts this server: it made its certificate itself.")
        say("  A sample camera replays recorded footage; its first events appear within a minute.")
        say(f"  To stop: press Ctrl-C here. Everything stays in {_short(self._data_dir)}/ for the next start.")
        say("")

    def _watch(self) -> int:
        while True:
            reason = self._wakeups.get()
            if reason == "stop":
                return 0
            if reason == "camera" and self._camera is not None:
                say(self._camera.why_it_ended())
                say("The server goes on without the sample camera. To start it again: press Ctrl-C, then `make run`.")
            elif reason == "server" and self._server is not None:
                say(self._server.why_it_ended())
                return 1

    def _stop(self) -> None:
        running = [child for child in (self._camera, self._server) if child is not None and not child.has_ended()]
        if running:
            say("Stopping ...")
        for child in running:
            if not child.stop(STOP_PATIENCE_SECONDS):
                say(f"The {child.name} did not stop within {STOP_PATIENCE_SECONDS:.0f} seconds and was ended by force.")
        if running:
            say("Stopped.")


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def main() -> int:
    os.chdir(ROOT)
    host = os.environ.get("PICAM_HOST") or "127.0.0.1"
    try:
        port = int(os.environ.get("PICAM_PORT") or "8000")
    except ValueError:
        say("PICAM_PORT must be a number, such as 8000.")
        return 2
    data_dir = Path(os.environ.get("PICAM_DATA_DIR") or "data").resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"`make run` is already at work with {_short(data_dir)}/ (in another window?). Stop that one first.")
            return 1
        taken = why_not_free(host, port)
        if taken:
            say(taken)
            return 1
        return Launcher(host, port, data_dir).run()


if __name__ == "__main__":
    sys.exit(main())
