"""The order of what waits: who is next, who is being sent, who has to wait, who goes when room is needed. In memory only."""

from bisect import bisect_left, insort
from collections.abc import Iterator

from auxiliary.spool.items import Item, Priority, captured_ns

_SortKey = tuple[int, int, int, str]


class SendQueue:
    """Items by priority, the newest event first, within an event by time. Not thread safe: the spool holds its lock.

    "Newest" is the order in which events came into being here, not the wall clock, which may jump back to last month.
    """

    def __init__(self) -> None:
        self._order: list[tuple[_SortKey, Item]] = []
        self._keys: dict[tuple[str, str], _SortKey] = {}
        self._event_numbers: dict[str, int] = {}
        self._next_event_number = 0
        self._claimed: set[tuple[str, str]] = set()
        self._not_before_ns: dict[tuple[str, str], int] = {}
        self.size_bytes = self.pictures = 0

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, key: tuple[str, str]) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[Item]:
        return (item for _, item in self._order)

    def add(self, item: Item) -> None:
        """Queue an item; the same one again changes nothing."""
        if item.key in self._keys:
            return
        number = self._event_numbers.setdefault(item.event, self._next_event_number)
        self._next_event_number = max(self._next_event_number, number + 1)
        key = (int(item.priority), -number, captured_ns(item.record), item.name)
        self._keys[item.key] = key
        self.size_bytes += item.size_bytes
        self.pictures += item.envelope.file is not None
        insort(self._order, (key, item), key=lambda entry: entry[0])

    def remove(self, item: Item) -> None:
        """Forget an item that left; one that is not here is fine."""
        key = self._keys.pop(item.key, None)
        if key is None:
            return
        del self._order[bisect_left(self._order, key, key=lambda entry: entry[0])]
        self.size_bytes -= item.size_bytes
        self.pictures -= item.envelope.file is not None
        self._claimed.discard(item.key)
        self._not_before_ns.pop(item.key, None)

    def forget_event(self, event: str) -> None:
        """The event's directory is gone."""
        self._event_numbers.pop(event, None)

    def claim(self, lowest: Priority, now_ns: int) -> Item | None:
        """The most urgent item, down to that priority, that nobody sends, that is not deferred and waits for no other."""
        for _, item in self._order:
            if item.priority > lowest:
                return None
            if item.key in self._claimed or self._not_before_ns.get(item.key, 0) > now_ns:
                continue
            if any(other in self._keys for other in item.waits_for):
                continue
            self._claimed.add(item.key)
            return item
        return None

    def release(self, item: Item, not_before_ns: int) -> None:
        """The item was not delivered: offer it again, not before that monotonic instant."""
        self._claimed.discard(item.key)
        if item.key in self._keys:
            self._not_before_ns[item.key] = not_before_ns

    def droppable(self, for_priority: Priority) -> Item | None:
        """What to give up for a newcomer of that priority: a picture, least important first, oldest event first."""
        for _, item in reversed(self._order):
            if item.priority < for_priority:
                return None
            if item.envelope.file is not None and item.key not in self._claimed:
                return item
        return None
