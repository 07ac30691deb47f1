"""Run several commands one after the other and go on after a failure, so that one run shows everything that is wrong."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_OWN_NODE = ROOT / ".venv" / "nodejs" / "bin"
_OWN_PYTHON = ROOT / ".venv" / "bin"


@dataclass(frozen=True)
class Stage:
    """A command with its name, run in `folder` (relative to the checkout) with `environment` added to this process's."""

    name: str
    command: Sequence[str]
    folder: str = "."
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self) -> bool:
        """True when it succeeded. Its output goes straight to the terminal."""
        print(f"\n== {self.name}", flush=True)
        started_at = time.monotonic()
        code = subprocess.run(
            self.command, cwd=ROOT / self.folder, env=tool_environment(self.environment), check=False
        ).returncode
        outcome = "passed" if code == 0 else f"FAILED (exit code {code})"
        print(f"== {self.name}: {outcome} in {time.monotonic() - started_at:.0f} s", flush=True)
        return code == 0


def tool_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """This environment with the programs that tools/bootstrap installed in front: Python's, and Node.js if it fetched one."""
    # Colours are for a terminal: in a log they bury what is wrong.
    plain = {} if sys.stdout.isatty() else {"NO_COLOR": "1", "FORCE_COLOR": "0"}
    folders = [str(_OWN_PYTHON), *([str(_OWN_NODE)] if _OWN_NODE.is_dir() else []), os.environ.get("PATH", "")]
    return {**os.environ, **plain, **extra, "PATH": os.pathsep.join(folders)}
