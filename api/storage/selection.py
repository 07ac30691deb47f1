"""From `PICAM_STORAGE_URL` to a store."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from api.storage.disk import DiskStore
from api.storage.port import BlobStore

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"([A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?")


def open_store(url: str, public_url: str = "") -> BlobStore:
    """The store that an address names. Raises ValueError when the address names none.

    `public_url`: where browsers reach an S3 store through the product's own proxy; empty when they do not.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc:
        return DiskStore(Path(unquote(parts.path)))
    prefix = parts.path.strip("/")
    if parts.scheme == "s3" and _BUCKET.fullmatch(parts.netloc) and _PREFIX.fullmatch(prefix):
        # Imported only here: an embedded server starts without the library.
        from api.storage.s3 import S3Store

        return S3Store(parts.netloc, prefix, public_url)
    raise ValueError("PICAM_STORAGE_URL must be file:///an/absolute/directory or s3://bucket/prefix")
