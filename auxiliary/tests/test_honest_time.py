"""Honest time without a clock chip: whatever the wall clock does, what was captured gets its true time, or says that it has none."""

import random
from pathlib import Path

import pytest

from auxiliary.boots import Boots
from auxiliary.clock import FakeClock, SystemClock, corrected, stamp
from auxiliary.server_time import ServerTime, Started

NOW = 1_795_356_131_000_000_000
YEARS = 56 * 365.25 * 86400


def test_the_server_tells_the_time_to_a_camera_whose_clock_is_in_1970() -> None:
    clock = FakeClock(wall_ns=0, synchronized=False)
    truth = NOW - clock.monotonic_ns()
    early = stamp(clock, clock.monotonic_ns())
    assert (early.clock_synchronized, early.uncertainty_seconds) == (False, None)
    asked = clock.monotonic_ns()
    clock.advance(0.4)
    clock.compare(NOW + 200_000_000, asked, clock.monotonic_ns())
    assert not clock.synchronized(), "the wall clock itself is as wrong as before"
    right = corrected(early, clock)
    assert right.clock_synchronized
    assert right.uncertainty_seconds == pytest.approx(0.2, abs=0.01)
    assert abs(right.wall_ns - truth - early.monotonic_ns) <= right.uncertainty_seconds * 1e9  # type: ignore[operator]
    late = stamp(clock, clock.monotonic_ns())
    assert late.clock_synchronized
    assert late.wall_ns - right.wall_ns == pytest.approx(0.4e9, abs=1e6)


@pytest.mark.parametrize("seed", range(20))
def test_jumps_back_and_forth_move_nothing(seed: int) -> None:
    """A wall clock that jumps at random and answers that take at random: the stated uncertainty always holds the truth."""
    rng, clock = random.Random(seed), FakeClock(wall_ns=0, synchronized=False)
    began = NOW - clock.monotonic_ns()
    stamps = []
    for _ in range(50):
        clock.advance(rng.uniform(0.1, 120))
        clock.jump(rng.choice([-YEARS, -86400, -3, 0, 5, 86400, YEARS]), synchronized=False)
        stamps.append(stamp(clock, clock.monotonic_ns()))
        if rng.random() < 0.4:
            asked = clock.monotonic_ns()
            clock.advance(rng.uniform(0, 3))
            said = began + clock.monotonic_ns() - round(rng.uniform(0, clock.monotonic_ns() - asked))
            clock.compare(said, asked, clock.monotonic_ns())
    for each in stamps:
        known = corrected(each, clock)
        assert known.clock_synchronized
        assert known.monotonic_ns is not None
        assert known.uncertainty_seconds is not None
        assert abs(known.wall_ns - began - known.monotonic_ns) <= known.uncertainty_seconds * 1e9 + 1


def test_answers_make_the_time_better_known_and_waiting_makes_it_worse() -> None:
    time = ServerTime()
    assert time.started(0) is None
    time.learn(NOW, 0, 2_000_000_000)
    first = time.started(2_000_000_000)
    time.learn(NOW + 1_000_000_000, 1_500_000_000, 1_700_000_000)
    second, later = time.started(1_700_000_000), time.started(1_700_000_000 + 3600 * 10**9)
    assert first is not None
    assert second is not None
    assert later is not None
    assert first.uncertainty_ns > second.uncertainty_ns < later.uncertainty_ns


def test_a_server_whose_clock_was_set_is_believed_anew() -> None:
    time = ServerTime()
    time.learn(NOW, 0, 1000)
    time.learn(NOW + 3600 * 10**9, 2000, 3000)
    started = time.started(3000)
    assert started is not None
    assert abs(started.wall_ns - NOW - 3600 * 10**9) < 10_000


def test_a_server_that_does_not_know_the_time_itself_teaches_nothing() -> None:
    time = ServerTime()
    time.learn(0, 0, 1000)
    assert time.started(1000) is None


def test_what_a_power_cut_left_behind_gets_its_time_from_what_was_kept(tmp_path: Path) -> None:
    """Captured in a boot that knew the time only later, sent in the next one."""
    first = FakeClock(wall_ns=0, synchronized=False, boot_id="first")
    early = stamp(first, first.monotonic_ns())
    first.compare(NOW, first.monotonic_ns(), first.monotonic_ns())
    started = first.started("first")
    assert started is not None
    boots = Boots(tmp_path)
    assert boots.worth_noting("first", started)
    boots.note("first", started)
    assert not boots.worth_noting("first", started)
    second = FakeClock(wall_ns=0, synchronized=False, boot_id="second")
    second.earlier = Boots(tmp_path).known
    assert corrected(early, second).wall_ns == started.wall_ns + (early.monotonic_ns or 0)
    never_known = stamp(FakeClock(wall_ns=0, synchronized=False, boot_id="other"), 5)
    assert corrected(never_known, second) == never_known


def test_few_boots_are_kept_and_a_broken_file_costs_nothing_else(tmp_path: Path) -> None:
    boots = Boots(tmp_path)
    for number in range(20):
        boots.note(f"boot-{number}", Started(NOW, 5))
    assert list(Boots(tmp_path).known) == [f"boot-{number}" for number in range(12, 20)]
    (tmp_path / "boots.json").write_bytes(b"{")
    assert Boots(tmp_path).known == {}


def test_the_machines_own_boot_is_known_once_the_server_has_spoken() -> None:
    clock = SystemClock({"another": Started(NOW, 7)})
    clock.compare(clock.wall_ns(), clock.monotonic_ns(), clock.monotonic_ns())
    started = clock.started(clock.boot_id)
    assert started is not None
    assert abs(started.wall_ns + clock.monotonic_ns() - clock.wall_ns()) < 20_000_000_000
    assert clock.started("another") == Started(NOW, 7)
    assert clock.started("unheard of") is None
