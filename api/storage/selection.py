"""From `PICAM_STORAGE_URL` to a store."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from api.storage.disk import DiskStore
from api.storage.port import BlobStore


def open_store(url: str) -> BlobStore:
    """The store that an address names. Raises ValueError when the address names none."""
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc:
        return DiskStore(Path(unquote(parts.path)))
    raise ValueError("PICAM_STORAGE_URL must be file:///an/absolute/directory")
