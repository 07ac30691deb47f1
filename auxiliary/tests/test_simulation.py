"""Thousands of simulated lives of a camera, and the proof that they would notice: each planted bug is found.

As many lives as some seconds of work allow, from seed 0 on; PICAM_SIMULATED_LIVES asks for a number of them instead and
PICAM_SIMULATED_FROM for another first seed. A failure names its seed.
"""

import os
import random
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from auxiliary import wire
from auxiliary.delivery import Outcome, Verdict
from auxiliary.link import Link
from auxiliary.records import Picture
from auxiliary.spool import Spool, durable, items, losses, store
from auxiliary.tests.simulation import simulate
from auxiliary.uploader import Uploader

LIVES = int(os.environ.get("PICAM_SIMULATED_LIVES", "0"))
FROM = int(os.environ.get("PICAM_SIMULATED_FROM", "0"))
_SECONDS = 6.0
_FEWEST, _MOST = 100, 4000
_LIVES_TO_FIND_A_BUG = 150


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where there is such a place: the disk is simulated, and a real one would only be slow."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as made:
        yield Path(made)


def live(seed: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    with monkeypatch.context() as ids:
        ids.setattr(secrets, "randbits", random.Random(seed).getrandbits)
        violations = simulate(seed, folder / str(seed))
    shutil.rmtree(folder / str(seed), ignore_errors=True)
    return violations


def test_each_picture_arrives_exactly_once_or_is_reported_as_dropped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = time.process_time()
    for number in count():
        enough = number >= (LIVES or _MOST) or (
            not LIVES and number >= _FEWEST and time.process_time() - begun > _SECONDS
        )
        if enough:
            break
        violations = live(FROM + number, folder, monkeypatch)
        assert not violations, f"seed {FROM + number}: {violations}"
    print(f"{number} lives, seeds {FROM} to {FROM + number - 1}, {time.process_time() - begun:.1f} s of work")


def _never(*_: Any, **__: Any) -> None:
    return None


def _forget_fsync(bug: pytest.MonkeyPatch) -> None:
    bug.setattr(store, "write_file", lambda path, data, **_: durable.write_file(path, data, synchronize=False))


def _forget_fsync_of_directories(bug: pytest.MonkeyPatch) -> None:
    bug.setattr(store, "synchronize_directory", _never)


def _remove_before_the_answer(bug: pytest.MonkeyPatch) -> None:
    real = Uploader._deliver

    async def deliver(self: Uploader, item: items.Item, camera_id: str) -> int:
        if isinstance(item.record, Picture):
            jpeg = self._spool.read(item)
            self._spool.done(item)
            bug.setattr(Spool, "read", lambda spool, asked: jpeg if asked is item else real_read(spool, asked))
        return await real(self, item, camera_id)

    real_read = Spool.read
    bug.setattr(Uploader, "_deliver", deliver)


def _believe_verdict(wrong: Verdict, right: Verdict) -> Callable[[pytest.MonkeyPatch], None]:
    """Take one verdict for another."""

    def plant(bug: pytest.MonkeyPatch) -> None:
        real = Link.exchange

        async def exchange(self: Link, *arguments: Any) -> Outcome:
            outcome = await real(self, *arguments)
            return Outcome(wrong, outcome.reason) if outcome.verdict is right and self.camera_id else outcome

        bug.setattr(Link, "exchange", exchange)

    return plant


def _drop_silently(bug: pytest.MonkeyPatch) -> None:
    bug.setattr(losses.LossBook, "announce", _never)


def _never_end_what_a_crash_left_open(bug: pytest.MonkeyPatch) -> None:
    bug.setattr(store, "unfinished_end", _never)


def _new_id_at_every_try(bug: pytest.MonkeyPatch) -> None:
    real = wire.request_for

    def request_for(record: Any, *arguments: Any, **named: Any) -> Any:
        request = real(record, *arguments, **named)
        if isinstance(record, Picture):
            request.fields["id"] = f"{secrets.randbits(60)}"  # type: ignore[index]
        return request

    bug.setattr("auxiliary.uploader.request_for", request_for)


BUGS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "files are not synchronised": _forget_fsync,
    "directories are not synchronised": _forget_fsync_of_directories,
    "a picture is removed before the answer": _remove_before_the_answer,
    "a portal's answer counts as delivered": _believe_verdict(Verdict.DELIVERED, Verdict.UNREACHABLE),
    "a busy server's answer counts as delivered": _believe_verdict(Verdict.DELIVERED, Verdict.BUSY),
    "a server that fails counts as one that refuses": _believe_verdict(Verdict.REFUSED, Verdict.FAILED),
    "a drop is not counted": _drop_silently,
    "an alert stays open after a crash": _never_end_what_a_crash_left_open,
    "every try has a new id": _new_id_at_every_try,
}


@pytest.mark.parametrize("name", BUGS)
def test_each_planted_bug_is_found(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as bug:
        BUGS[name](bug)
        for seed in range(_LIVES_TO_FIND_A_BUG):
            try:
                violations = live(seed, folder, monkeypatch)
            except (AssertionError, LookupError, OSError, ValueError) as error:  # a bug may also show by an error
                violations = [repr(error)]
            if violations:
                print(f"seed {seed}: {violations[0]}")
                return
    pytest.fail(f"{_LIVES_TO_FIND_A_BUG} lives did not notice that {name}")
