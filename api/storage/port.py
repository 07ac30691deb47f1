"""The port to the store of picture files. Adapters: local disk, memory; none knows of another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

LOST_AND_FOUND = "lost+found"
"""Where `check --heal` puts blobs that no row knows. Never listed as pictures, never deleted by the server."""

_KEY = re.compile(r"(lost\+found/)?[a-z0-9-]+(/[a-z0-9-]+)*/[A-Za-z0-9_.-]+\.jpg")
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


@dataclass(frozen=True, slots=True)
class RemoteUrl:
    """A blob that the browser fetches elsewhere: an address that works for `lifetime_seconds` from now, for anybody
    who has it. It goes into an answer's `Location` and nowhere else, least of all into a log."""

    url: str
    lifetime_seconds: int


Location = LocalFile | InMemory | RemoteUrl


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
        """Where a response is sent from; a file is not read for it.

        A `RemoteUrl` is made without asking the store: that a blob is missing shows only when it is fetched.
        """
        ...

    def delete(self, key: str) -> None:
        """Forget a blob; nothing happens when it is not there."""
        ...

    def keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Key and size in bytes of each blob below `prefix` (whole path segments, as in `images`), in the order of the
        keys as strings. Streams: never holds more than a page. What is put or deleted meanwhile may be there or not;
        names that the server does not make are passed over."""
        ...

    def free_bytes(self) -> int | None:
        """Room left; None when the store has no limit that it knows."""
        ...

    def capacity_bytes(self) -> int | None:
        """Room altogether, taken or not; None when the store has no limit that it knows."""
        ...

    def probe(self) -> None:
        """Try whether the store works. Raises `StoreUnavailable`, whose text says what is wrong."""
        ...


def check_key(key: str) -> str:
    """The key itself. Raises ValueError unless it is one that the server makes: no user's word is ever a path."""
    if not is_key(key):
        raise ValueError(f"not a blob key: {key!r}")
    return key


def is_key(name: str) -> bool:
    """Whether the server makes such keys."""
    return len(name) <= _LONGEST_KEY and _KEY.fullmatch(name) is not None
