"""The sample camera of `make run`: a camera of its own on the server, whose token is kept beside the data.

The token stands in `sample-camera.token` (mode 0600) in the data directory. A later start uses it again; when the server no
longer knows it (its database was removed), a new camera is made.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from tools.local_server import get_json

NAME = "Sample yard"
FOOTAGE = Path(__file__).resolve().parent.parent / "auxiliary" / "sample" / "yard.mp4"


class CameraNotCreatedError(Exception):
    """The server's own command could not create the camera; the text is what it said."""


def token_file(url: str, data_dir: Path, environment: Mapping[str, str], ca: Path | None = None) -> Path:
    """The file with a token that the server at `url` accepts. Raises CameraNotCreatedError."""
    path = data_dir / "sample-camera.token"
    if path.is_file():
        token = path.read_text(encoding="ascii").strip()
        if get_json(f"{url}/cameras/self", token, ca)[0] != HTTPStatus.UNAUTHORIZED:
            return path
    _write_private(path, _create_camera(environment))
    return path


def agent_command(
    url: str, token_path: Path, spool_dir: Path, source: Path = FOOTAGE, *, ca: Path | None = None
) -> list[str]:
    """The command that runs the real camera agent on recorded footage, in real time and for ever."""
    return [
        *(sys.executable, "-m", "auxiliary.camera_client"),
        *("--server", url),
        *("--token-file", str(token_path)),
        *("--source", str(source)),
        *("--spool", str(spool_dir)),
        # People come and go in the footage with little quiet in between: a short patience makes several events of it.
        *("--quiet-seconds", "1.5"),
        *(("--server-ca", str(ca)) if ca is not None else ()),
    ]


def _create_camera(environment: Mapping[str, str]) -> str:
    # In a session of its own: Ctrl-C is for the parent alone, and this takes only a moment.
    done = subprocess.run(
        [sys.executable, "-m", "api", "create-camera", NAME],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CameraNotCreatedError(done.stderr.strip() or done.stdout.strip())
    token = json.loads(done.stdout.splitlines()[-1])["token"]
    assert isinstance(token, str)
    return token


def _write_private(path: Path, text: str) -> None:
    """Replace the file as a whole, and never let another user of the machine read it in between."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
    new.replace(path)
