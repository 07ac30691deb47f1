"""The port to the store of picture files. Adapters: local disk, memory; none knows of another."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_KEY = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*/[A-Za-z0-9_.-]+\.jpg")
_LONGEST_KEY = 255


class BlobMissing(Exception):
    """No blob has this key."""


class BlobExists(Exception):
    """A blob with this key is there already; it was not touched."""


class StoreFull(Exception):
    """No room is left (ENOSPC, EDQUOT). Nothing was stored."""


class StoreUnavailable(Exception):
    """The store failed or is away. The blob may or may not be stored."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A blob that lies in a file of this machine and can be sent from there."""

    path: Path


@dataclass(frozen=True, slots=True)
class InMemory:
    """A blob that is in memory already."""

    data: bytes


Location = LocalFile | InMemory


class BlobStore(Protocol):
    """Keeps immutable blobs under keys that only the server makes (`check_key`).

    Atomicity: a key holds a whole blob or nothing, once `put` has returned; a crash inside `put` may leave part of a
    file under a key that nobody was told.
    Durability: with `durable=True`, `put` returns only when blob and name survive a power loss.
    Ordering: none between keys. Methods block and are called from worker threads, many at once.
    Failure: `put` raises `BlobExists`, `StoreFull`, `StoreUnavailable`; the others `BlobMissing`, `StoreUnavailable`.
    """

    def put(self, key: str, data: bytes, *, durable: bool = True) -> None:
        """Store a blob under a new key."""
        ...

    def read(self, key: str) -> bytes:
        """The whole blob."""
        ...

    def locate(self, key: str) -> Location:
        """Where a response is sent from; a file is not read for it."""
        ...

    def delete(self, key: str) -> None:
        """Forget a blob; nothing happens when it is not there."""
        ...

    def free_bytes(self) -> int | None:
        """Room left; None when the store has no limit that it knows."""
        ...


def check_key(key: str) -> str:
    """The key itself. Raises ValueError unless it is one that the server makes: no user's word is ever a path."""
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        raise ValueError(f"not a blob key: {key!r}")
    return key
