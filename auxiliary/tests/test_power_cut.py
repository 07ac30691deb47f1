"""The card at its worst, at every single call that the spool makes for one event: power cut, no space, input/output error."""

import contextlib
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from auxiliary.clock import FakeClock
from auxiliary.records import AlertEnded, AlertOpened, KeyPicture, Picture, Record
from auxiliary.spool import LEAST, Entry, Item, Spool, SpoolLimits
from auxiliary.tests.material import ended, opened, picture
from auxiliary.tests.simulated_disk import (
    RANDOM,
    SURVIVAL,
    PowerCutError,
    SimulatedDisk,
    broken,
    fails_at,
    no_space,
)


class Life:
    """One event, put and delivered, on a disk with a fault; `kept` is what was acknowledged as being on the card."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.clock = FakeClock()
        self.disk = SimulatedDisk(folder / "card", random.Random(seed))
        self.kept: dict[tuple[str, str], Record] = {}
        self.memory: set[tuple[str, str]] = set()
        self.delivered: set[tuple[str, str]] = set()
        self.before = opened(self.clock)
        self.spool: Spool

    def run(self, fault: Callable[[int, str], None]) -> None:
        with self.disk.plugged_in():
            self.spool = self.reopened()
            self._put(self.before)  # an earlier event that the fault must not touch
            self._put(picture(self.before, self.clock, "first"))
            self.disk.calls, self.disk.fault = 0, fault
            alert = opened(self.clock)
            shots = [picture(alert, self.clock, role) for role in ("first", "more", "more")]
            self._put(alert)
            self._put(shots[0])
            self._put(*shots[1:])
            self._put(ended(alert, self.clock))
            self._put(KeyPicture(alert_id=alert.alert_id, image_id=shots[0].image_id))
            self.deliver()

    def deliver(self) -> None:
        while (item := self.spool.claim(LEAST, 0)) is not None:
            self.delivered.add(item.key)
            try:
                self.spool.done(item)
            except OSError:
                continue

    def reopened(self) -> Spool:
        return Spool(self.disk.root / "spool", SpoolLimits(free_bytes=0), wall_ns=self.clock.wall_ns)

    def _put(self, *records: Record) -> None:
        entries = [Entry(r, jpeg_of(r), b"small") if isinstance(r, Picture) else Entry(r) for r in records]
        on_card = self.spool.put_all(entries)
        for record in records:
            key = next(item.key for item in self.spool.items() if item.record == record)
            if on_card:
                self.kept[key] = record
            else:
                self.memory.add(key)


def jpeg_of(picture: Picture) -> bytes:
    return picture.image_id.encode() * 30


def check(spool: Spool, life: Life) -> None:
    """Nothing that was acknowledged is missing or changed, and nothing half lies about."""
    items: dict[tuple[str, str], Item] = {item.key: item for item in spool.items()}
    for key, record in life.kept.items():
        if key not in life.delivered:
            assert items[key].record == record
    for item in items.values():
        if isinstance(item.record, Picture):
            assert spool.read(item)[0] == jpeg_of(item.record)
    opened_alerts = {record.alert_id for record in life.kept.values() if isinstance(record, AlertOpened)}
    ends = {record.alert_id for record in (i.record for i in items.values()) if isinstance(record, AlertEnded)}
    told = {event for event, name in life.delivered if name == "end"}
    assert opened_alerts <= ends | told, "an alert stays open for ever"
    assert spool.state().dropped_pictures == 0
    assert not list(life.disk.root.rglob("*.part"))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """In memory where there is such a place: the disk is simulated, and a real one would only be slow."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as made:
        yield Path(made)


@pytest.fixture(scope="module")
def calls(folder: Path) -> int:
    life = Life(folder / "whole", 0)
    life.run(lambda call, kind: None)
    assert life.spool.waiting == 0
    return life.disk.calls


@pytest.mark.parametrize("survival", [*SURVIVAL, RANDOM + " again"])
def test_a_power_cut_at_any_call_takes_only_what_was_being_written(folder: Path, calls: int, survival: str) -> None:
    assert calls > 60
    for number in range(1, calls + 2):
        life = Life(folder / f"cut-{survival}-{number}".replace(" ", "-"), number + len(survival))
        with contextlib.suppress(PowerCutError):
            life.run(fails_at(number, PowerCutError))
        life.disk.fault = lambda call, kind: None
        life.disk.cut_power(survival.removesuffix(" again"))
        with life.disk.plugged_in():
            check(life.reopened(), life)
        check(life.reopened(), life)


@pytest.mark.parametrize("error", [broken, no_space])
def test_an_error_at_any_call_loses_nothing_that_is_not_counted(
    folder: Path, calls: int, error: Callable[[], OSError]
) -> None:
    for number in range(1, calls + 1):
        life = Life(folder / f"{error.__name__}-{number}", number)
        life.run(fails_at(number, error))
        missing = {*life.kept, *life.memory} - life.delivered
        assert len(missing) == life.spool.losses.pictures <= (1 if error is no_space else 0)
        again = life.reopened()
        assert all(item.key in life.delivered or isinstance(item.record, AlertEnded) for item in again.items())


def test_from_some_call_on_the_card_takes_nothing_and_everything_is_sent_all_the_same(folder: Path, calls: int) -> None:
    def dead_from(first: int) -> Callable[[int, str], None]:
        def fault(call: int, kind: str) -> None:
            if call >= first:
                raise broken()

        return fault

    for number in range(1, calls + 1, 3):
        life = Life(folder / f"dead-{number}", number)
        life.run(dead_from(number))
        assert {*life.kept, *life.memory} <= life.delivered
        assert life.spool.state().in_memory == 0
