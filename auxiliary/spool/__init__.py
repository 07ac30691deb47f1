"""The durable queue on disk. See `store.Spool`."""

from auxiliary.spool.items import Item, Priority
from auxiliary.spool.lock import SpoolLock, SpoolLockedError
from auxiliary.spool.store import Spool, SpoolFullError, SpoolLimits, SpoolState

__all__ = ["Item", "Priority", "Spool", "SpoolFullError", "SpoolLimits", "SpoolLock", "SpoolLockedError", "SpoolState"]
