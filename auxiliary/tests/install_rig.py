"""A machine to install on that is only a folder: stand-ins for apt, systemd and venv that note how they are called.

Failures are switched on by files: `CRASHES` in a release's package makes systemd find its service dead, `BROKEN` keeps it from
starting at all, and names in `failing` make that stand-in fail.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

INSTALL = Path(__file__).parent.parent / "install"

_LOG = 'printf "%s %s\\n" "$(basename "$0")" "$*" >>"$RIG/calls"\n[ ! -e "$RIG/failing/$(basename "$0")" ] || exit 1\n'
_STUBS = {
    "dpkg": 'cat "$RIG/architecture"',
    "dpkg-query": 'for last; do :; done; grep -qx "$last" "$RIG/installed" && printf installed',
    "apt-cache": '[ "$2" = python3-picamera2 ] || echo "Package: $2"',
    "apt-get": 'case "$*" in *install*) for word; do echo "$word" >>"$RIG/installed"; done ;; esac',
    "systemctl": """
case $1 in
restart | start) for unit; do echo "$unit" >>"$RIG/active"; done ;;
enable) echo "$2" >>"$RIG/enabled" ;;
disable) sed -i "/^$3$/d" "$RIG/active" "$RIG/enabled" ;;
is-active) for unit; do :; done
    grep -qx "$unit" "$RIG/active" && [ ! -e "$PICAM_INSTALL_ROOT/opt/picam-agent/current/site/auxiliary/CRASHES" ] || exit 3 ;;
show) echo 0 ;;
esac""",
    "python3": """
if [ "$1 $2" = "-m venv" ]; then
    for folder; do :; done
    mkdir -p "$folder/bin" "$folder/site" && cp "$RIG/venv-python" "$folder/bin/python"
else exec "$RIG_PYTHON" "$@"; fi""",
}
_VENV_PYTHON = """
release=$(dirname "$(dirname "$0")")
case "$*" in
*sysconfig*) echo "$release/site" ;;
*auxiliary.camera_client* | *auxiliary.agent*) [ ! -e "$release/site/auxiliary/BROKEN" ] || exit 1 ;;
esac"""


@dataclass
class Rig:
    """Everything lies under `folder`: `root` is the machine, `source` what is installed from."""

    folder: Path
    version: str = "1.0.0"
    failing: Path = field(init=False)

    def __post_init__(self) -> None:
        for name in ("bin", "root", "failing"):
            (self.folder / name).mkdir()
        self.failing = self.folder / "failing"
        for name in ("calls", "installed", "active", "enabled"):
            (self.folder / name).touch()
        (self.folder / "architecture").write_text("arm64\n", encoding="ascii")
        for name, body in _STUBS.items():
            self._script(self.folder / "bin" / name, body)
        self._script(self.folder / "venv-python", _VENV_PYTHON)
        self.offer(self.version)

    def _script(self, path: Path, body: str) -> None:
        path.write_text(f"#!/bin/sh\n{_LOG}{body}\n", encoding="ascii")
        path.chmod(0o755)

    @property
    def root(self) -> Path:
        return self.folder / "root"

    @property
    def etc(self) -> Path:
        return self.root / "etc" / "picam"

    @property
    def current(self) -> str:
        """Name of the release in use."""
        return (self.root / "opt" / "picam-agent" / "current").readlink().name

    @property
    def releases(self) -> list[str]:
        return sorted(path.name for path in (self.root / "opt" / "picam-agent" / "releases").iterdir())

    def offer(self, version: str, *flaws: str) -> None:
        """Make `source` a checkout of that version."""
        package = self.folder / "source" / "auxiliary"
        shutil.rmtree(package, ignore_errors=True)
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(f'__version__ = "{version}"\n', encoding="ascii")
        (package / "camera_client.py").touch()
        (package / "requirements.lock").touch()
        shutil.copytree(INSTALL, package / "install")
        for flaw in flaws:
            (package / flaw).touch()

    def spool_a_picture(self, camera: str = "picam") -> Path:
        picture = self.root / "var" / "lib" / camera / "spool" / "events" / "event" / "picture.jpg"
        picture.parent.mkdir(parents=True)
        picture.write_bytes(b"evidence")
        return picture

    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text(encoding="utf-8").splitlines()

    def lines(self, name: str) -> list[str]:
        return (self.folder / name).read_text(encoding="utf-8").split()

    def run(
        self, *words: str, token: str | None = None, shell: Sequence[str] = ("sh",)
    ) -> "subprocess.CompletedProcess[str]":
        """Run install.sh, from the offered checkout unless told otherwise, with the token on standard input."""
        given = ["--token-file", "-"] if token is not None else []
        offered = [] if "--from" in words else ["--from", str(self.folder / "source")]
        environment = {
            "PATH": f"{self.folder / 'bin'}:/usr/sbin:/usr/bin:/sbin:/bin",
            "RIG": str(self.folder),
            "RIG_PYTHON": sys.executable,
            "PICAM_INSTALL_ROOT": str(self.root),
            "PICAM_INSTALL_WATCH_SECONDS": "0",
            "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
        }
        return subprocess.run(
            [*shell, str(INSTALL / "install.sh"), *offered, *given, *words],
            input=token or "",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
