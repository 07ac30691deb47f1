"""The script that the server hands out, run by `sh` from a pipe as the page's line does, on a machine that is only a folder."""

import os
import subprocess
import sys
from pathlib import Path

from api.services.installer import install_script
from auxiliary.tests.install_rig import Rig


def run(rig: Rig, script: bytes, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {
        "PATH": f"{rig.folder / 'bin'}:/usr/sbin:/usr/bin:/sbin:/bin",
        "RIG": str(rig.folder),
        "RIG_PYTHON": sys.executable,
        "PICAM_INSTALL_ROOT": str(rig.root),
        "PICAM_INSTALL_WATCH_SECONDS": "0",
        "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
    }
    done = subprocess.run(
        ["sh", "-s", "--", *words], input=script, env=environment, capture_output=True, check=False, timeout=120
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_it_installs_the_agent_that_it_carries_and_pairs_it(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    done = run(rig, install_script(), "--server", "https://192.168.1.10:8000", "--pair", "7GK2-M9RT")
    assert done.returncode == 0, done.stderr
    site = rig.root / "opt/picam-agent/current/site/auxiliary"
    assert (site / "camera_client.py").read_bytes() == Path("auxiliary/camera_client.py").read_bytes()
    assert not (site / "tests").exists()
    assert any("camera_client pair 7GK2-M9RT --server https://192.168.1.10:8000" in call for call in rig.calls())


def test_what_was_cut_off_does_nothing(tmp_path: Path) -> None:
    rig, script = Rig(tmp_path), install_script()
    for length in (100, len(script) // 2, len(script) - 20, len(script) - 10):
        run(rig, script[:length], "--server", "https://192.168.1.10:8000", "--pair", "7GK2-M9RT")
    assert rig.calls() == []
    assert not rig.etc.exists()


def test_it_is_the_same_each_time() -> None:
    first = install_script()
    install_script.cache_clear()
    assert install_script() == first
