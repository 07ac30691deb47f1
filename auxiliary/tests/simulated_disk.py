"""A disk that fails or loses power at any call, and then remembers only what it must: what was synchronised, and whatever else it likes.

Everything below a folder goes through to real files, so that reading needs no model. Changes are noted beside: contents become
durable by fsync of the file, names by fsync of the directory. After a power cut the folder is made anew from what survived.
"""

import contextlib
import errno
import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

STRICT, LUCKY, RANDOM = "nothing more than it must", "everything", "some of it"
SURVIVAL = (STRICT, LUCKY, RANDOM)


class PowerCutError(BaseException):
    """No `except Exception` survives a power cut."""


@dataclass(eq=False)
class _Inode:
    durable: bytes = b""
    live: bytearray = field(default_factory=bytearray)
    dirty: bool = False


@dataclass(frozen=True)
class _Change:
    """To names: `kind` is create, unlink, rename, mkdir or rmdir."""

    kind: str
    path: str
    inode: _Inode | None = None
    target: str = ""


@dataclass
class _Names:
    files: dict[str, _Inode] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)

    def apply(self, change: _Change) -> None:
        match change.kind:
            case "create" if change.inode is not None:
                self.files[change.path] = change.inode
            case "unlink":
                self.files.pop(change.path, None)
            case "rename" if change.path in self.files:
                self.files[change.target] = self.files.pop(change.path)
            case "mkdir":
                self.folders.add(change.path)
            case "rmdir":
                self.folders.discard(change.path)


class SimulatedDisk:
    """`fault` is asked before every change, with its number and its kind, and may raise OSError or PowerCutError."""

    def __init__(self, root: Path, rng: random.Random) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self.fault: Callable[[int, str], None] = lambda number, kind: None
        self.calls = 0
        self._rng = rng
        self._live, self._durable = _Names(folders={str(root)}), _Names(folders={str(root)})
        self._pending: list[_Change] = []
        self._descriptors: dict[int, _Inode | str] = {}

    @contextlib.contextmanager
    def plugged_in(self) -> Iterator[None]:
        """While this lasts, calls of `os` below the root come here."""
        names = ("open", "write", "fsync", "close", "rename", "replace", "unlink", "mkdir", "rmdir")
        self._real: dict[str, Callable[..., Any]] = {name: getattr(os, name) for name in names}
        with contextlib.ExitStack() as patches:
            for name in names:
                ours = getattr(self, f"_{'rename' if name == 'replace' else name}")
                patches.enter_context(mock.patch.object(os, name, ours))
            yield

    def cut_power(self, survival: str) -> None:
        """Turn the folder into what is found at the next start."""
        keep = {STRICT: 0, LUCKY: len(self._pending), RANDOM: self._rng.randint(0, len(self._pending))}[survival]
        for change in self._pending[:keep]:  # a journal keeps changes in their order
            self._durable.apply(change)
        shutil.rmtree(self.root)
        folders = {folder for folder in self._durable.folders if self._reachable(folder)}
        for folder in sorted(folders):
            Path(folder).mkdir()
        files = {path: inode for path, inode in self._durable.files.items() if _folder(path) in folders}
        for path, inode in files.items():
            inode.durable = self._content(inode, survival)
            inode.live, inode.dirty = bytearray(inode.durable), False
            Path(path).write_bytes(inode.durable)
        self._durable = _Names(files, folders)
        self._live = _Names(dict(files), set(folders))
        self._pending, self._descriptors = [], {}

    def _content(self, inode: _Inode, survival: str) -> bytes:
        if not inode.dirty or survival == STRICT:
            return inode.durable
        if survival == LUCKY:
            return bytes(inode.live)
        return bytes(inode.live[: self._rng.randint(0, len(inode.live))])

    def _reachable(self, folder: str) -> bool:
        return folder == str(self.root) or (
            _folder(folder) in self._durable.folders and self._reachable(_folder(folder))
        )

    def _ours(self, path: Any) -> bool:
        return str(path).startswith(str(self.root))

    def _ask(self, kind: str) -> None:
        self.calls += 1
        self.fault(self.calls, kind)

    def _change(self, change: _Change) -> None:
        self._live.apply(change)
        self._pending.append(change)

    def _open_new(self, path: str) -> _Inode:
        inode = self._live.files.get(path)
        if inode is None:
            inode = _Inode()
            self._change(_Change("create", path, inode))
        inode.live.clear()
        inode.dirty = True
        return inode

    # --- what stands in for os ------------------------------------------------------------------------------------------

    def _open(self, path: Any, flags: int, *more: Any, **named: Any) -> int:
        ours = self._ours(path)
        if ours and flags & os.O_CREAT:
            self._ask("create")
        descriptor: int = self._real["open"](path, flags, *more, **named)
        if ours:
            self._descriptors[descriptor] = self._open_new(str(path)) if flags & os.O_CREAT else str(path)
        return descriptor

    def _write(self, descriptor: int, data: Any) -> int:
        inode = self._descriptors.get(descriptor)
        if isinstance(inode, _Inode):
            try:
                self._ask("write")
            except BaseException:  # part of it may have arrived
                torn = bytes(data)[: self._rng.randint(0, len(data))]
                inode.live += torn
                self._real["write"](descriptor, torn)
                raise
            inode.live += data
        written: int = self._real["write"](descriptor, data)
        return written

    def _fsync(self, descriptor: int) -> None:
        what = self._descriptors.get(descriptor)
        if isinstance(what, _Inode):
            self._ask("fsync")
            what.durable, what.dirty = bytes(what.live), False
        elif what is not None:
            self._ask("fsync of a directory")
            self._commit(what)

    def _commit(self, folder: str) -> None:
        here = [change for change in self._pending if _folder(change.path) == folder]
        for change in here:
            self._durable.apply(change)
            self._pending.remove(change)

    def _close(self, descriptor: int) -> None:
        self._descriptors.pop(descriptor, None)
        self._real["close"](descriptor)

    def _rename(self, source: Any, target: Any, **named: Any) -> None:
        self._named("rename", source, target=target)
        self._real["rename"](source, target, **named)

    def _unlink(self, path: Any, **named: Any) -> None:
        self._named("unlink", path)
        self._real["unlink"](path, **named)

    def _mkdir(self, path: Any, *more: Any, **named: Any) -> None:
        self._named("mkdir", path)
        self._real["mkdir"](path, *more, **named)

    def _rmdir(self, path: Any, **named: Any) -> None:
        self._named("rmdir", path)
        self._real["rmdir"](path, **named)

    def _named(self, kind: str, path: Any, *, target: Any = "") -> None:
        """Note a change of names that is going to work; one that fails by itself changes nothing."""
        if not self._ours(path):
            return
        self._ask(kind)
        there = os.path.lexists(path)
        works = not there if kind == "mkdir" else there and not (kind == "rmdir" and any(Path(path).iterdir()))
        if works:
            self._change(_Change(kind, str(path), target=str(target)))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def fails_at(number: int, error: Callable[[], BaseException]) -> Callable[[int, str], None]:
    """A fault at the so-manyth change."""

    def fault(call: int, kind: str) -> None:
        if call == number:
            raise error()

    return fault


def no_space() -> OSError:
    return OSError(errno.ENOSPC, "No space left on device")


def broken() -> OSError:
    return OSError(errno.EIO, "Input/output error")
