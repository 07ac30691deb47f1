"""Writing files so that a power cut at any instant leaves the old state or the new one: `.part` -> fsync -> rename -> fsync(directory).

A file system may forget everything that was not synchronised, names included; without the last step a renamed file can be gone.
Only calls of `os` are made here, so that a test can fail or cut short each of them in turn.
"""

import os
from pathlib import Path

PART = ".part"


def write_file(path: Path, data: bytes, *, synchronize: bool = True) -> None:
    """Write `data` under its final name; the caller synchronises the directory afterwards (once for several files).

    On failure (OSError) nothing is left under that name. A failed fsync is never repeated on the same file: the kernel may
    have marked the lost pages as clean.
    """
    part = path.with_name(path.name + PART)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(descriptor, left) :]
            if synchronize:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        part.rename(path)
    except OSError:
        remove_file(part)
        raise


def remove_file(path: Path) -> None:
    """Take away what a failed attempt left; that this fails too changes nothing, the next start sweeps it."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def synchronize_directory(path: Path) -> None:
    """Make the names in a directory durable. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_directory(path: Path) -> None:
    """Create a directory and those above it, each durable in its parent. Raises OSError."""
    if path.is_dir():
        return
    make_directory(path.parent)
    path.mkdir(exist_ok=True)
    synchronize_directory(path.parent)
