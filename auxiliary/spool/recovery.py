"""Reading a spool directory back after a stop, a crash or a power cut: what is complete is kept, the rest swept."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from auxiliary.records import AlertEnded, AlertOpened, Stamp
from auxiliary.spool.durable import remove_file
from auxiliary.spool.items import END, OPEN, OPENED, Envelope, Item, place_of, suffix_of

logger = logging.getLogger(__name__)


def recover_event(directory: Path, spoilt: Callable[[Envelope], object] = lambda envelope: None) -> Iterator[Item]:
    """Every complete item of one event; what a power cut left unfinished is removed. Raises OSError when the card fails.

    `spoilt` is told of each item whose own file the card did not give back whole.
    """
    names = {file.name: file.stat().st_size for file in directory.iterdir()}
    wanted: set[str] = set()
    for name in names:
        if not name.endswith(".json"):
            continue
        if name == f"{OPENED}.json":
            wanted.add(name)
            continue
        item = _item(directory, name, names, spoilt)
        if item is not None:
            wanted.update(file.name for file in files_of(directory, item))
            yield item
    for name in names.keys() - wanted:
        logger.info("swept an unfinished file: %s/%s", directory.name, name)
        remove_file(directory / name)


def unfinished_end(directory: Path, touched_ns: int) -> AlertEnded | None:
    """The end that a crash kept from being written: the alert is over since the agent last touched its directory."""
    if (directory / f"{END}.json").exists():
        return None
    for name in (OPEN, OPENED):
        envelope = Envelope.load(directory / f"{name}.json")
        if envelope is not None and isinstance(envelope.record, AlertOpened):
            began = envelope.record.stamp
            wall_ns = max(began.wall_ns, touched_ns)
            stamp = Stamp(wall_ns=wall_ns, clock_synchronized=began.clock_synchronized)
            return AlertEnded(alert_id=envelope.record.alert_id, stamp=stamp)
    return None


def files_of(directory: Path, item: Item) -> list[Path]:
    """The files of an item, the one that makes it exist first."""
    files = [directory / f"{item.name}.json"]
    if item.envelope.file is not None:
        files += [directory / f"{item.name}{suffix_of(item.record)}", directory / f"{item.name}.thumb.jpg"]
    return files


def _item(directory: Path, name: str, names: dict[str, int], spoilt: Callable[[Envelope], object]) -> Item | None:
    envelope = Envelope.load(directory / name)
    stem = name.removesuffix(".json")
    if envelope is None or place_of(envelope.record) != (directory.name, stem):
        return None
    size_bytes = names[name]
    if envelope.file is not None:
        if names.get(f"{stem}{suffix_of(envelope.record)}") != envelope.file.size_bytes:
            spoilt(envelope)
            return None
        size_bytes += envelope.file.size_bytes + names.get(f"{stem}.thumb.jpg", 0)
    return Item(directory.name, stem, envelope, size_bytes)
