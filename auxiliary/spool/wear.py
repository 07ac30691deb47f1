"""What the spool writes to the card in a day, and how much of it the card should bear: SD cards die of writing.

The count outlives restarts in a small file, which is written once for every few megabytes: it may lag by as much, never more.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from auxiliary.spool.durable import write_file

_NOTE_EVERY_BYTES = 4 << 20
_BLOCK_BYTES = 4096  # a card is written in whole blocks


class Wear:
    """Bytes written since midnight UTC, in whole blocks. Not thread safe: the spool's writer owns it, anybody may read a figure."""

    def __init__(self, file: Path, budget_bytes: int, wall_ns: Callable[[], int]) -> None:
        """`budget_bytes` a day; 0: no limit."""
        self.budget_bytes = budget_bytes
        self._file = file
        self._wall_ns = wall_ns
        self._day, self._bytes = _load(file)
        self._noted_bytes = self._bytes

    @property
    def today_bytes(self) -> int:
        return self._bytes if self._day == self._today() else 0

    @property
    def spent(self) -> bool:
        """Whether the card has had its share of today."""
        return bool(self.budget_bytes) and self.today_bytes >= self.budget_bytes

    def wrote(self, size_bytes: int) -> None:
        """One file of that size went to the card."""
        today = self._today()
        if today != self._day:
            self._day, self._bytes, self._noted_bytes = today, 0, 0
        self._bytes += -(-size_bytes // _BLOCK_BYTES) * _BLOCK_BYTES
        if self._bytes - self._noted_bytes >= _NOTE_EVERY_BYTES:
            self.note()

    def note(self) -> None:
        """Write the count down. A card that does not take it is not worth stopping for."""
        self._noted_bytes = self._bytes
        note = {"day": self._day, "bytes": self._bytes, "budget_bytes": self.budget_bytes}
        try:
            write_file(self._file, json.dumps(note).encode(), synchronize=False)
        except OSError:
            return

    def _today(self) -> str:
        return datetime.fromtimestamp(self._wall_ns() / 1e9, UTC).date().isoformat()


def _load(file: Path) -> tuple[str, int]:
    try:
        note = json.loads(file.read_bytes())
        return str(note["day"]), int(note["bytes"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", 0
