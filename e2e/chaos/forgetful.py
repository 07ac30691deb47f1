"""A file system in memory that forgets what was not synchronised, as a card does when the power goes: `python -m e2e.chaos.forgetful`.

By FUSE, so that real processes can stand on it. Contents are durable by fsync of the file, names by fsync of their directory;
of the rest nothing survives. Writing `cut` into the file `.power` at its root cuts the power: the folder then holds what is left.
`eio 0.02` there makes that share of writes and synchronisations fail.
"""

import errno
import os
import random
import stat
import sys
import time
from typing import Any

import mfusepy

_POWER = "/.power"


class _Inode:
    def __init__(self) -> None:
        self.live = bytearray()
        self.durable = b""


class ForgetfulDisk(mfusepy.Operations):  # type: ignore[misc]
    """Files and directories; neither links nor owners. Served by one thread."""

    use_ns = False

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._files: dict[str, _Inode] = {}
        self._durable_files: dict[str, _Inode] = {}
        self._folders, self._durable_folders = {"/"}, {"/"}
        self._open: dict[int, _Inode] = {}
        self._next = 1
        self._failing_share = 0.0
        self._born = time.time()

    # --- looking ----------------------------------------------------------------------------------------------------------

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        times = dict.fromkeys(("st_atime", "st_mtime", "st_ctime"), self._born)
        owner = {"st_uid": os.getuid(), "st_gid": os.getgid()}
        if path in self._folders:
            return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2, **times, **owner}
        size = 0 if path == _POWER else len(self._inode(path).live)
        return {"st_mode": stat.S_IFREG | 0o644, "st_nlink": 1, "st_size": size, **times, **owner}

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *(name.rpartition("/")[2] for name in self._inside(path))]

    def opendir(self, path: str) -> int:
        return 0

    def statfs(self, path: str) -> dict[str, int]:
        used = sum(len(inode.live) for inode in self._files.values()) // 4096
        blocks = 1 << 16
        return {
            "f_bsize": 4096,
            "f_frsize": 4096,
            "f_blocks": blocks,
            "f_bfree": blocks - used,
            "f_bavail": blocks - used,
        }

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return bytes(self._open[fh].live[offset : offset + size])

    # --- changing ---------------------------------------------------------------------------------------------------------

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        self._files[path] = _Inode()
        return self.open(path, 0)

    def open(self, path: str, flags: int) -> int:
        self._next += 1
        if path != _POWER:
            self._open[self._next] = self._inode(path)
        return self._next

    def release(self, path: str, fh: int) -> int:
        self._open.pop(fh, None)
        return 0

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        if path == _POWER:
            self._command(data.decode().split())
            return len(data)
        self._maybe_fail()
        live = self._open[fh].live
        live.extend(bytes(max(0, offset - len(live))))
        live[offset : offset + len(data)] = data
        return len(data)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        if path != _POWER:
            live = self._inode(path).live
            del live[length:]
            live.extend(bytes(length - len(live)))
        return 0

    def mkdir(self, path: str, mode: int) -> int:
        self._folders.add(path)
        return 0

    def rmdir(self, path: str) -> int:
        if self._inside(path):
            raise mfusepy.FuseOSError(errno.ENOTEMPTY)
        self._folders.discard(path)
        return 0

    def unlink(self, path: str) -> int:
        self._inode(path)
        del self._files[path]
        return 0

    def rename(self, old: str, new: str, flags: int = 0) -> int:
        self._inode(old)
        self._files[new] = self._files.pop(old)
        return 0

    def chmod(self, path: str, mode: int) -> int:
        return 0

    def flush(self, path: str, fh: int) -> int:
        return 0

    def utimens(self, path: str, times: Any = None) -> int:
        return 0

    # --- making durable ---------------------------------------------------------------------------------------------------

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        self._maybe_fail()
        inode = self._open[fh]
        inode.durable = bytes(inode.live)
        return 0

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
        self._maybe_fail()
        for durable, live in ((self._durable_files, self._files),):
            for name in [name for name in durable if _folder(name) == path]:
                del durable[name]
            durable.update({name: inode for name, inode in live.items() if _folder(name) == path})
        self._durable_folders = {name for name in self._durable_folders if name == "/" or _folder(name) != path}
        self._durable_folders |= {name for name in self._folders if name != "/" and _folder(name) == path}
        return 0

    def _command(self, words: list[str]) -> None:
        match words:
            case ["cut"]:
                self._cut_power()
            case ["eio", share]:
                self._failing_share = float(share)

    def _cut_power(self) -> None:
        self._folders = {name for name in self._durable_folders if self._is_reachable(name)}
        self._durable_folders = set(self._folders)
        self._files = {name: inode for name, inode in self._durable_files.items() if _folder(name) in self._folders}
        self._durable_files = dict(self._files)
        for inode in self._files.values():
            inode.live = bytearray(inode.durable)

    def _is_reachable(self, folder: str) -> bool:
        return folder == "/" or (_folder(folder) in self._durable_folders and self._is_reachable(_folder(folder)))

    def _maybe_fail(self) -> None:
        if self._failing_share and self._rng.random() < self._failing_share:
            raise mfusepy.FuseOSError(errno.EIO)

    def _inode(self, path: str) -> _Inode:
        try:
            return self._files[path]
        except KeyError:
            raise mfusepy.FuseOSError(errno.ENOENT) from None

    def _inside(self, path: str) -> list[str]:
        return [name for name in (*self._files, *self._folders) if name != "/" and _folder(name) == path]


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def main() -> int:
    folder, seed = sys.argv[1:]
    mfusepy.FUSE(ForgetfulDisk(int(seed)), folder, foreground=True, nothreads=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
