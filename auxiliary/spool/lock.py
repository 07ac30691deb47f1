"""One agent per spool: a lock that the kernel releases when the process ends, however it ends."""

import fcntl
import os
from pathlib import Path

from auxiliary.spool.durable import make_directory


class SpoolLockedError(Exception):
    """Another process uses this spool."""


class SpoolLock:
    """Held from construction to `close`. Raises SpoolLockedError when taken, OSError when the directory is unusable."""

    def __init__(self, directory: Path) -> None:
        make_directory(directory)
        self._descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._descriptor)
            raise SpoolLockedError(
                f"Another camera agent is using the spool {directory}. Stop it, or give this one its own with --spool DIR."
            ) from error

    def close(self) -> None:
        os.close(self._descriptor)
