"""One page of a list and the cursor to the next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from api.db.keyset import CursorSeal, Position

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """At most `limit` items; `next_cursor` is None on the last page."""

    items: list[T]
    next_cursor: str | None


def cut(found: list[T], limit: int, seal: CursorSeal, position: Callable[[T], Position]) -> Page[T]:
    """The page of a query that asked for one row more than `limit`."""
    if len(found) <= limit:
        return Page(found, None)
    items = found[:limit]
    return Page(items, seal.write(position(items[-1])))
