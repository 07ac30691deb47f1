"""`camera_client check --contract`: runs the adapters' contract tests with this machine's Python and libraries.

On a Pi these are apt's numpy, PyAV, Pillow and gpiozero, which no developer's machine has in the same versions. Needs pytest.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

_TESTS = Path(__file__).parent / "tests"
_HOW_TO_GET_PYTEST = (
    "The contract tests need pytest, which is not installed. On Raspberry Pi OS or Debian:\n"
    "  sudo apt-get install -y --no-install-recommends python3-pytest python3-pytest-asyncio\n"
    "then the same command again."
)


def run_contract(
    *,
    tests: Path = _TESTS,
    say: Callable[[str], None] = print,
    has_pytest: Callable[[], bool] = lambda: importlib.util.find_spec("pytest") is not None,
) -> int:
    """0 when every contract test passed, 1 when one failed, 2 when they could not be run."""
    files = sorted(str(path) for path in tests.glob("test_*_contract.py"))
    if not files:
        say(f"There are no contract tests in {tests}: the installation is incomplete, run install.sh again.")
        return 2
    if not has_pytest():
        say(_HOW_TO_GET_PYTEST)
        return 2
    with tempfile.TemporaryDirectory(prefix="picam-contract-") as work:
        done = subprocess.run(  # noqa: S603 - our own tests, by our own Python
            [
                *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
                *("-c", os.devnull, "--rootdir", work, "--basetemp", f"{work}/files", "-o", "asyncio_mode=auto"),
                *("-o", "asyncio_default_fixture_loop_scope=function"),
                *files,
            ],
            cwd=work,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
            check=False,
        )
    good = done.returncode == 0
    say(
        "The adapters keep their contract on this machine." if good else "The adapters do not keep their contract here."
    )
    return 0 if good else 1
