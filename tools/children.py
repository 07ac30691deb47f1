"""Child processes of `make run`: started together with their output relayed, stopped one after the other.

Each runs in a session of its own, so that Ctrl-C in the terminal reaches only the parent, which then decides the order.
"""

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_WITH_PARENT = Path(__file__).with_name("with_parent.py")


def say(sentence: str) -> None:
    """Print one line at once: the reader may be a pipe or a log. A closed terminal is no reason to stop working."""
    try:
        print(sentence, flush=True)
    except (BrokenPipeError, OSError):
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (stays open until the end)


class Child:
    """One running program. Its lines are printed with its name in front; the last ones are kept to tell why it ended."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], on_exit: Callable[[], None]
    ) -> None:
        self.name = name
        self.last_lines: deque[str] = deque(maxlen=5)
        self._on_exit = on_exit
        self._process = subprocess.Popen(
            [sys.executable, "-S", str(_WITH_PARENT), str(os.getpid()), *command],
            env={**environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._relay = threading.Thread(target=self._relay_lines, name=f"relay-{name}", daemon=True)
        self._relay.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def why_it_ended(self) -> str:
        """A sentence with the exit code or signal and the last thing the program said."""
        self._relay.join(timeout=2)
        code = self._process.wait()
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        said = f": {self.last_lines[-1]}" if self.last_lines else "."
        return f"The {self.name} {how}{said}"

    def stop(self, patience_seconds: float) -> bool:
        """Ask it to finish and wait; after `patience_seconds` end it by force. True when it went by itself, or had gone."""
        self._process.terminate()
        try:
            self._process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            return False
        finally:
            self._relay.join(timeout=2)
        return True

    def _relay_lines(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            sentence = line.rstrip()
            if sentence:
                self.last_lines.append(sentence)
                say(f"  {self.name:<6} | {sentence}")
        self._process.wait()
        self._on_exit()
