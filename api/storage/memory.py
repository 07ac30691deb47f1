"""Blobs in memory: for tests of services. Passes the same contract suite as the disk, but durability."""

from collections.abc import Iterator

from api.storage.port import BlobExists, BlobMissing, InMemory, StoreFull, check_key


class MemoryStore:
    """`BlobStore` in a dictionary, with an optional limit in bytes to play a full disk."""

    def __init__(self, limit_bytes: int | None = None) -> None:
        self.blobs: dict[str, bytes] = {}
        self.limit_bytes = limit_bytes

    def put(self, key: str, data: bytes, *, durable: bool = True) -> None:
        del durable
        if check_key(key) in self.blobs:
            raise BlobExists(key)
        free = self.free_bytes()
        if free is not None and len(data) > free:
            raise StoreFull(key)
        self.blobs[key] = bytes(data)

    def read(self, key: str) -> bytes:
        try:
            return self.blobs[check_key(key)]
        except KeyError as error:
            raise BlobMissing(key) from error

    def locate(self, key: str) -> InMemory:
        return InMemory(self.read(key))

    def delete(self, key: str) -> None:
        self.blobs.pop(check_key(key), None)

    def keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        for key in sorted(self.blobs):
            if key.startswith(f"{prefix}/"):
                yield key, len(self.blobs[key])

    def capacity_bytes(self) -> int | None:
        return self.limit_bytes

    def probe(self) -> None:
        """Memory is always there."""

    def free_bytes(self) -> int | None:
        if self.limit_bytes is None:
            return None
        return self.limit_bytes - sum(map(len, self.blobs.values()))
