"""The durable queue on disk. See `store.Spool`."""

from auxiliary.spool.items import LEAST, Item, Priority, captured_ns
from auxiliary.spool.lock import SpoolLock, SpoolLockedError
from auxiliary.spool.losses import Losses
from auxiliary.spool.store import Spool
from auxiliary.spool.types import Entry, SpoolFullError, SpoolLimits, SpoolState

__all__ = [
    "LEAST",
    "Entry",
    "Item",
    "Losses",
    "Priority",
    "Spool",
    "SpoolFullError",
    "SpoolLimits",
    "SpoolLock",
    "SpoolLockedError",
    "SpoolState",
    "captured_ns",
]
