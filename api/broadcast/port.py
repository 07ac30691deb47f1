"""The port between what happens on the server and who watches it."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


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

    async def receive(self) -> Received:
        """Wait for changes and take all there are, at most a few hundred. Raises `TooSlow` once, then goes on."""
        ...

    def close(self) -> None: ...


class EventBus(Protocol):
    """Carries changes from services to viewers.

    Ordering: each subscriber gets changes in the order of `publish`. Delivery: at most once; what a subscriber misses
    it learns of (`TooSlow`, `resumed=False`) and reads again. Failure: `publish` never blocks and never raises, and a
    slow subscriber never slows another. Called on the event loop only.
    """

    def publish(self, change: Change) -> None: ...

    def subscribe(self, cursor: str | None = None) -> Subscription: ...
