"""File systems to go wrong with: one of a few megabytes (needs root), and one that forgets (needs FUSE)."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from e2e.site import wait_until
from tools.stages import ROOT


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def has_fuse() -> bool:
    return os.access("/dev/fuse", os.R_OK | os.W_OK) and shutil.which("fusermount3") is not None


@contextmanager
def forgetful_disk(folder: Path, seed: int) -> Iterator[Path]:
    folder.mkdir(parents=True)
    server = subprocess.Popen([sys.executable, "-m", "e2e.chaos.forgetful", str(folder), str(seed)], cwd=ROOT)
    try:
        wait_until(lambda: os.path.ismount(folder) or server.poll() is not None, "the card is mounted")
        yield folder
    finally:
        subprocess.run(["fusermount3", "-u", "-z", str(folder)], check=False)
        server.terminate()
        server.wait()
