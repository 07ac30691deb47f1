"""The bounded place for what can never be delivered: kept for a person to look at, never in the way of the queue."""

import json
import logging
from pathlib import Path

from auxiliary.spool.durable import write_file

logger = logging.getLogger(__name__)


class SetAside:
    """Files moved out of the queue, with a `.reason.json` beside them. Beyond its bounds the oldest are removed."""

    def __init__(self, directory: Path, *, most_files: int = 300, most_bytes: int = 64 << 20) -> None:
        self._directory = directory
        self._most_files = most_files
        self._most_bytes = most_bytes

    def add(self, files: list[Path], reason: str) -> None:
        """Move an item's files here; the first one (which makes the item exist) leaves last. Raises OSError."""
        self._directory.mkdir(exist_ok=True)
        event = files[0].parent.name
        note = self._directory / f"{event}.{files[0].stem}.reason.json"
        write_file(note, json.dumps({"reason": reason}).encode(), synchronize=False)
        for file in reversed(files):
            if file.exists():
                file.replace(self._directory / f"{event}.{file.name}")
        self._trim()

    def count(self) -> int:
        """How many items lie here."""
        return sum(1 for _ in self._directory.glob("*.reason.json"))

    def _trim(self) -> None:
        files = sorted(
            ((f.stat().st_mtime_ns, f.stat().st_size, f) for f in self._directory.iterdir()), key=lambda f: f[0]
        )
        total_bytes = sum(size for _, size, _ in files)
        while files and (len(files) > self._most_files or total_bytes > self._most_bytes):
            _, size, oldest = files.pop(0)
            total_bytes -= size
            oldest.unlink(missing_ok=True)
            logger.info("removed the oldest file set aside: %s", oldest.name)
