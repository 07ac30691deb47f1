"""Files of items that lie in memory instead of on the card: it fails, or it has had its share of writes for today.

They are sent like all others, and a stop in good order writes them to the card after all. Only a crash or a power cut before
they are sent takes them, which is why nothing lies here that the card would take.
"""

from dataclasses import dataclass

from auxiliary.spool.items import Item

DEFAULT_MOST_BYTES = 12 << 20


@dataclass(frozen=True, slots=True)
class Files:
    """What would be files: the JSON beside it stands in the item."""

    item: Item
    jpeg: bytes | None
    thumbnail: bytes | None


class Shelf:
    """Bounded. Not thread safe: the spool holds its lock."""

    def __init__(self, most_bytes: int = DEFAULT_MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._files: dict[tuple[str, str], Files] = {}
        self._size_bytes = 0

    def __len__(self) -> int:
        return len(self._files)

    def keep(self, files: Files) -> bool:
        """Take them in; False when there is no room. An alert without a file finds room where a picture does not."""
        most_bytes = self._most_bytes if files.item.envelope.file is not None else 2 * self._most_bytes
        if self._size_bytes + files.item.size_bytes > most_bytes:
            return False
        self._files[files.item.key] = files
        self._size_bytes += files.item.size_bytes
        return True

    def get(self, item: Item) -> Files | None:
        return self._files.get(item.key)

    def remove(self, item: Item) -> bool:
        """Whether it lay here."""
        files = self._files.pop(item.key, None)
        if files is not None:
            self._size_bytes -= files.item.size_bytes
        return files is not None

    def all(self) -> list[Files]:
        return list(self._files.values())
