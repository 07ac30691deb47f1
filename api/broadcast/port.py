"""The port between what happens on the server and who watches it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection


class TooSlow(Exception):
    """The subscriber fell behind and has missed changes: it must read everything again."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change as viewers get it: JSON encoded once for all of them.

    `camera_id` says whose rights decide who sees it; `user_id`, when set, names the only person who does.
    """

    camera_id: UUID
    payload: bytes
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """Changes in order, and the cursor that resumes right after them."""

    changes: tuple[Change, ...]
    cursor: str


class Subscription(Protocol):
    """One viewer's place in the stream. Used by one task; `close` it when done."""

    @property
    def resumed(self) -> bool:
        """Whether nothing was missed since the cursor given to `subscribe`."""
        ...

    @property
    def cursor(self) -> str:
        """Resumes after what was received so far."""
        ...

    def take(self) -> Received | None:
        """All changes there are, at most a few hundred; None if there are none. Raises `TooSlow` once, then goes on.

        Subscriptions at the same place get the same object.
        """
        ...

    async def receive(self) -> Received:
        """Wait until there are changes and `take` them."""
        ...

    def close(self) -> None: ...


class EventBus(Protocol):
    """Carries changes from committed writes to viewers, on this and every other replica.

    Ordering: each subscriber gets the changes of one process in the order of their commits. Delivery: at most once; what
    a subscriber misses it learns of (`TooSlow`, `resumed=False`) and reads again. Failure: `publish` never blocks and
    never raises, and a slow subscriber never slows another. `carry` raises what the connection raises.
    """

    def start(self) -> None:
        """Begin to hear other replicas; call on the event loop."""
        ...

    async def stop(self) -> None: ...

    @property
    def connected(self) -> bool:
        """Whether other replicas are heard just now; true where there are none."""
        ...

    def carry(self, connection: Connection, changes: Sequence[Change]) -> None:
        """Put the changes into the transaction that causes them, for other replicas. Called in the writing thread."""
        ...

    def publish(self, changes: Sequence[Change]) -> None:
        """Tell this replica's subscribers, after the commit. Called on the event loop."""
        ...

    def subscribe(self, cursor: str | None = None) -> Subscription:
        """A place in the stream: after `cursor` where that is still known, else at its end."""
        ...
