"""The installer that the server hands out: one script that carries the camera agent of this very release.

Nothing else has to be fetched from here, and what was downloaded in part does nothing: the last line starts it.
"""

import base64
import gzip
import io
import tarfile
from functools import cache
from pathlib import Path

_AGENT = Path(__file__).resolve().parents[2] / "auxiliary"
_LEFT_OUT = {"tests", "sample", "__pycache__"}
_SCRIPT = """\
#!/bin/sh
# Installs or upgrades the Pi Security Camera agent of the server that this came from.
# `sh install.sh --help` lists the options. The agent itself stands below as text: gzip, tar, base64.
set -eu
main() {{
	folder=$(mktemp -d)
	trap 'rm -rf "$folder"' EXIT
	agent | base64 -d | tar -xzf - -C "$folder" --no-same-owner
	sh "$folder/auxiliary/install/install.sh" --from "$folder" "$@"
}}
agent() {{
	cat <<'AGENT'
{agent}AGENT
}}
main "$@"
"""


class AgentMissing(Exception):
    """The server was installed without the camera's files beside it."""


@cache
def install_script() -> bytes:
    """The script. Raises `AgentMissing`. Made once: the same files always give the same bytes."""
    if not (_AGENT / "install" / "install.sh").is_file():
        raise AgentMissing
    return _SCRIPT.format(agent=base64.encodebytes(_archive()).decode()).encode()


def _archive() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(_AGENT.rglob("*")):
            name = path.relative_to(_AGENT)
            if path.is_file() and not _LEFT_OUT.intersection(name.parts):
                archive.addfile(_entry(f"auxiliary/{name.as_posix()}", path), io.BytesIO(path.read_bytes()))
    return gzip.compress(packed.getvalue(), 9, mtime=0)


def _entry(name: str, path: Path) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = path.stat().st_size
    entry.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
    return entry
