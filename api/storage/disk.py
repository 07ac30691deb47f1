"""Blobs as files. The name is final and random, so there is no rename: the database row is the commit point.

Protocol of a durable put: exclusive create, write, fsync(file), fsync(directory), and fsync of every parent that had
to be made. Measured against tmp + fsync + rename: a fifth faster, a third less CPU, and as safe, because nobody
knows the name before the row is committed. Parallel calls are wanted: ext4 commits their fsyncs together.
"""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from api.storage.port import BlobExists, BlobMissing, LocalFile, StoreFull, StoreUnavailable, check_key, is_key

_FULL = {errno.ENOSPC, errno.EDQUOT}
_REMEMBERED_DIRECTORIES = 4096


class DiskStore:
    """`BlobStore` in a directory of the local file system."""

    def __init__(self, root: Path) -> None:
        self._root = root
        _make_durable(root)
        # Directories whose own name is known to be on the disk. Added to after the fsync only: a second thread that
        # finds a directory just made must not answer before its name is durable.
        self._durable_directories: set[Path] = {root}

    def put(self, key: str, data: bytes, *, durable: bool = True) -> None:
        path = self._root / check_key(key)
        try:
            self._ensure_directory(path.parent, durable=durable)
            self._create(path, data, durable=durable)
            if durable:
                _fsync_directory(path.parent)
        except FileExistsError as error:
            raise BlobExists(key) from error
        except OSError as error:
            raise _told(error) from error

    def read(self, key: str) -> bytes:
        try:
            return (self._root / check_key(key)).read_bytes()
        except FileNotFoundError as error:
            raise BlobMissing(key) from error
        except OSError as error:
            raise StoreUnavailable(str(error)) from error

    def locate(self, key: str) -> LocalFile:
        path = self._root / check_key(key)
        if not path.is_file():
            raise BlobMissing(key)
        return LocalFile(path)

    def delete(self, key: str) -> None:
        try:
            (self._root / check_key(key)).unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailable(str(error)) from error

    def keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        try:
            yield from self._below(prefix)
        except OSError as error:
            raise StoreUnavailable(str(error)) from error

    def free_bytes(self) -> int | None:
        return shutil.disk_usage(self._root).free

    def capacity_bytes(self) -> int | None:
        return shutil.disk_usage(self._root).total

    def probe(self) -> None:
        if not os.access(self._root, os.R_OK | os.W_OK | os.X_OK):
            raise StoreUnavailable(f"the folder {self._root} is missing or may not be written")

    def _below(self, directory: str) -> Iterator[tuple[str, int]]:
        """One directory is held at a time on each level: at most the files of an hour of one camera."""
        try:
            with os.scandir(self._root / directory) as found:
                # A directory sorts as its keys do, with the slash: "a-b/x" stands before "a/x".
                entries = sorted((entry.name + ("/" if entry.is_dir() else ""), entry) for entry in found)
        except FileNotFoundError:
            return
        for name, entry in entries:
            key = f"{directory}/{name}"
            if name.endswith("/"):
                yield from self._below(key[:-1])
            elif is_key(key):
                with contextlib.suppress(FileNotFoundError):
                    yield key, entry.stat().st_size

    def _create(self, path: Path, data: bytes, *, durable: bool) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                view = memoryview(data)
                while view:
                    view = view[file.write(view) :]
                if durable:
                    os.fsync(file.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                path.unlink()
            raise

    def _ensure_directory(self, directory: Path, *, durable: bool) -> None:
        """Make missing directories from the top; a new name is durable only after its parent's fsync."""
        if directory in self._durable_directories and directory.is_dir():
            return
        if directory != self._root:
            self._ensure_directory(directory.parent, durable=durable)
        directory.mkdir(mode=0o750, exist_ok=True)
        if durable and directory != self._root:
            _fsync_directory(directory.parent)
            if len(self._durable_directories) >= _REMEMBERED_DIRECTORIES:
                self._durable_directories = {self._root}
            self._durable_directories.add(directory)


def _make_durable(directory: Path) -> None:
    """Make a directory and its missing parents; each name made is on the disk when this returns."""
    if directory.is_dir():
        return
    _make_durable(directory.parent)
    directory.mkdir(exist_ok=True)
    _fsync_directory(directory.parent)


def _fsync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _told(error: OSError) -> StoreFull | StoreUnavailable:
    return StoreFull(str(error)) if error.errno in _FULL else StoreUnavailable(str(error))
