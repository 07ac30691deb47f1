"""Where the bytes of pictures are kept: the port `BlobStore` and its adapters."""

from api.storage.disk import DiskStore
from api.storage.memory import MemoryStore
from api.storage.port import (
    BlobExists,
    BlobMissing,
    BlobStore,
    InMemory,
    LocalFile,
    Location,
    RemoteUrl,
    StoreFull,
    StoreUnavailable,
)
from api.storage.selection import open_store

__all__ = [
    "BlobExists",
    "BlobMissing",
    "BlobStore",
    "DiskStore",
    "InMemory",
    "LocalFile",
    "Location",
    "MemoryStore",
    "RemoteUrl",
    "StoreFull",
    "StoreUnavailable",
    "open_store",
]
