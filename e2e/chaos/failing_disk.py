"""`python -m e2e.chaos.failing_disk`: the server on a disk that fails now and then. Only for the fault `disk-error`.

While the file that `CHAOS_FLAG` names exists, every other fsync of a picture fails with EIO, as on a card that wears
out. (SQLite syncs by itself, past Python: its failures are `full-disk`'s.)
"""

import errno
import os
import random
import sys
from pathlib import Path

from api.commands import main


def break_fsync(flag: Path) -> None:
    """From now on `os.fsync` may fail in this process."""
    fsync = os.fsync

    def failing(descriptor: int) -> None:
        if flag.exists() and random.random() < 0.5:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fsync(descriptor)

    os.fsync = failing  # type: ignore[assignment]


if __name__ == "__main__":
    break_fsync(Path(os.environ["CHAOS_FLAG"]))
    sys.exit(main(["serve"]))
