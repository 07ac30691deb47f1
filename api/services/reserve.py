"""Keeps a reserve of the disk free: a full disk stops the database from deleting too, so uploads stop before."""

import threading
import time
from collections.abc import Callable

from api.errors import StorageFull
from api.storage import BlobStore

MOST_RESERVE_BYTES = 256 << 20
"""The reserve where nothing is set; on a small disk 1 % of it."""
_FRESH_SECONDS = 1.0
_WARN_TIMES = 4
_RETRY_SECONDS = 60


class DiskReserve:
    """Says no to uploads that would touch the reserve. Called from many threads.

    The disk is asked once a second; in between, what has been let in is counted off. A store that knows no limit
    (S3) has no reserve.
    """

    def __init__(
        self, store: BlobStore, reserve_bytes: int | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._set_bytes = reserve_bytes
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._free: int | None = None
        self._reserve = 0

    def take(self, size_bytes: int) -> None:
        """Let so many bytes in. Raises `StorageFull`; a failing disk is left to the write that follows to tell."""
        with self._lock:
            self._refresh()
            self._refuse_beyond(size_bytes)
            if self._free is not None:
                self._free -= size_bytes

    def check(self, size_bytes: int) -> None:
        """Raise what `take` would raise, by what is known already; asks nobody, so the event loop may call it."""
        if self._monotonic() - self._asked_at < _FRESH_SECONDS:
            self._refuse_beyond(size_bytes)

    def free_bytes(self) -> int | None:
        """Room left, at most a second old; None when the store knows no limit."""
        with self._lock:
            self._refresh()
            return self._free

    def state(self, *, ask_again: bool = False) -> str:
        """`ok`, `low` (a warning) or `full` (uploads are refused). `ask_again`: by what the disk says now."""
        if ask_again:
            with self._lock:
                self._asked_at = float("-inf")
        free = self.free_bytes()
        if free is None or free >= _WARN_TIMES * self._reserve:
            return "ok"
        return "low" if free >= self._reserve else "full"

    @property
    def reserve_bytes(self) -> int:
        """Known once the disk has been asked."""
        return self._reserve

    def _refuse_beyond(self, size_bytes: int) -> None:
        if self._free is not None and self._free - size_bytes < self._reserve:
            raise StorageFull(
                "The server's disk is full but for its reserve: keep the picture and send it later.",
                retry_after_seconds=_RETRY_SECONDS,
            )

    def _refresh(self) -> None:
        now = self._monotonic()
        if now - self._asked_at < _FRESH_SECONDS:
            return
        try:
            self._free = self._store.free_bytes()
            capacity = self._store.capacity_bytes()
        except OSError:
            self._free = None
        else:
            self._reserve = _default(capacity) if self._set_bytes is None else self._set_bytes
        self._asked_at = now


def _default(capacity_bytes: int | None) -> int:
    return MOST_RESERVE_BYTES if capacity_bytes is None else min(MOST_RESERVE_BYTES, capacity_bytes // 100)
