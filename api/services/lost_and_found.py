"""Files that no row knows: what their keys say about them, and the place where they are kept. Never deleted by us."""

from datetime import UTC, datetime
from uuid import UUID

from api.storage import BlobExists, BlobMissing, BlobStore
from api.storage.port import LOST_AND_FOUND

_UUID_LENGTH = 36


def image_id_of(key: str) -> UUID | None:
    """The id that a picture's file name begins with."""
    try:
        return UUID(key.rpartition("/")[2][:_UUID_LENGTH])
    except ValueError:
        return None


def hour_of(key: str) -> datetime | None:
    """The hour of arrival that a key names."""
    parts = key.split("/")
    try:
        return datetime.strptime("/".join(parts[-3:-1]), "%Y-%m-%d/%H").replace(tzinfo=UTC)
    except ValueError:
        return None


def move_to_lost_and_found(store: BlobStore, key: str) -> bool:
    """Move a blob below `lost+found/`. False when another one lies there under its name already.

    Raises `StoreFull`, `StoreUnavailable`. Copied durably before it is deleted, so a crash leaves both, never none.
    """
    place = f"{LOST_AND_FOUND}/{key}"
    try:
        data = store.read(key)
    except BlobMissing:
        return True
    try:
        store.put(place, data)
    except BlobExists:
        if store.read(place) != data:
            return False
    store.delete(key)
    return True
