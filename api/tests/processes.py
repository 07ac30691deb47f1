"""The server as a user starts it: a process of its own, on a free port, killed in any way a test likes."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """This process's environment without any setting of the server but those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PICAM_")}
    return {**kept, "PICAM_DATA_DIR": str(data_dir), "PICAM_PORT": "0", "PYTHONUNBUFFERED": "1", **settings}


def run(data_dir: Path, *arguments: str, text: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "api", *arguments],
        cwd=ROOT,
        env=environment(data_dir, **settings),
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class ServerProcess:
    """`python -m api serve`; ready when the constructor returns. Raises AssertionError when it does not start."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self._log = (data_dir.parent / f"{data_dir.name}.log").open("a")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "api", "serve"],
            cwd=ROOT,
            env=environment(data_dir, **settings),
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self._process.stdout is not None
        self.announced = self._process.stdout.readline().strip()
        assert "ready" in self.announced, Path(self._log.name).read_text()
        self.pid = self._process.pid
        self.port = int(self.announced.rpartition(":")[2])
        self.url = f"{'https' if 'https:' in self.announced else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(signal.SIGKILL)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it, and say its exit code. What it printed meanwhile is in `said`."""
        if self._process.poll() is None:
            self._process.send_signal(how)
        said, _ = self._process.communicate(timeout=30)
        self.said = said
        self._log.close()
        return self._process.returncode

    def log(self) -> str:
        return Path(self._log.name).read_text()

    def next_line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()
